"""``python -m mlops.drift``."""

from mlops.drift.cli import app

app()
