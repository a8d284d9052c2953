"""A user's code sees what it would see in the container, not this project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[2])


def hide_project() -> None:
    """Take this project off the path, and off that of every process started from now on."""
    sys.path[:] = [entry for entry in sys.path if entry not in ("", _ROOT)]
    os.environ.pop("PYTHONPATH", None)
