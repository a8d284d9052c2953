"""The commands of ``python -m local_aws``, as one types them where this local AWS was started."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

FOLDER = Path(".work/local-aws")


def command(folder: Path, *words: str) -> str:
    """A command for the local AWS of a work folder."""
    where = [] if folder.absolute() == FOLDER.absolute() else ["--folder", str(_short(folder))]
    return shlex.join([str(_short(Path(sys.executable))), "-m", "local_aws", *words, *where])


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
