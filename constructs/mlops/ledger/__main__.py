"""``python -m mlops.ledger``."""

from mlops.ledger.cli import app

if __name__ == "__main__":
    app()
