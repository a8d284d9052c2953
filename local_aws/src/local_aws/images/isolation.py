"""A user's code sees what it would see in the container, not this tool."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Not resolved: a folder that holds a link to this package alone, see ``sagemaker.interpreters``.
_ROOT = str(Path(__file__).parents[2])


def hide_tool() -> None:
    """Take this tool off the path, and off that of every process started from now on."""
    sys.path[:] = [entry for entry in sys.path if entry not in ("", _ROOT)]
    os.environ.pop("PYTHONPATH", None)
