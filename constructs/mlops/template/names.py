"""Which names a new example may have."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from pathlib import Path

from mlops.spec import InvalidInputError, Problem

# A Python package's name, and within the limits of settings.Slug: 2 to 20 characters.
_NAME = re.compile(r"[a-z][a-z0-9]{1,19}")
_ALLOWED = "2 to 20 characters of a-z and 0-9, a letter first, and no word of Python's"
_REMEDY = "Choose another: mlops new churn"


def check_form(name: str) -> None:
    """Make sure that folders and resources can be called ``name``.

    Raises:
        InvalidInputError: they cannot.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise InvalidInputError([Problem("new", "NAME", name or "nothing", _ALLOWED, _REMEDY)])


def check_free(name: str, files: Iterable[Path], root: Path) -> None:
    """Make sure that there is nothing yet where the example's ``files``, relative to ``root``, would go.

    Raises:
        InvalidInputError: with all that is there.
    """
    taken = sorted({str(found) for file in files for found in _in_the_way(file, name, root)})
    allowed = "a name of which there is nothing yet"
    if taken:
        raise InvalidInputError(
            Problem("new", "NAME", f"{name}, but {path} exists", allowed, _REMEDY) for path in taken
        )


def _in_the_way(file: Path, name: str, root: Path) -> Iterable[Path]:
    """What is at the example's folder already, or a module that would be hidden by it."""
    folder = next((parent for parent in file.parents if parent.name == name), file)
    return [path for path in (folder, folder.with_suffix(".py")) if (root / path).exists()]
