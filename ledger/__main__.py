"""``python -m ledger``."""

from ledger.cli import app

if __name__ == "__main__":
    app()
