"""The commands of ``local-aws``, as one types them where this local AWS was started."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

FOLDER = Path(".work/local-aws")
_PROGRAM = "local-aws"


def command(folder: Path, *words: str) -> str:
    """A command for the local AWS of a work folder."""
    where = [] if folder.absolute() == FOLDER.absolute() else ["--folder", str(_short(folder))]
    return shlex.join([*program(), *words, *where])


def program() -> list[str]:
    """What starts this very installation: by its name where that finds it, else by its path or module."""
    python = Path(sys.executable)
    script = python.with_name(_PROGRAM)
    if not script.exists():
        return [str(_short(python)), "-m", "local_aws"]
    return [_PROGRAM if shutil.which(_PROGRAM) == str(script) else str(_short(script))]


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
