"""A user's own code beside a model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local_aws.images.isolation import hide_tool


def install_requirements(code: Path) -> None:
    """Install the folder's ``requirements.txt``, if there is one.

    Raises:
        CalledProcessError: pip fails; it has said why.
    """
    requirements = code / "requirements.txt"
    if requirements.is_file():
        install = ["-m", "pip", "install", "--disable-pip-version-check", "-r", str(requirements)]
        subprocess.run([sys.executable, *install], cwd=code, check=True)  # noqa: S603 - the user's own


def make_importable(*folders: Path) -> None:
    """Put the folders first on the path, in place of this tool."""
    hide_tool()
    sys.path[:0] = [str(folder) for folder in folders]
