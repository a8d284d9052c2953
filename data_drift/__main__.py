"""``python -m data_drift``."""

from data_drift.cli import app

app()
