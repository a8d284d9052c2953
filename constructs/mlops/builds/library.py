"""The installed library as one archive, the same bytes on every machine that has the same files."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

import mlops

DISTRIBUTION = "sagemaker-mlops-cdktf"
# The earliest that a zip can say; a file's own time differs from machine to machine.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644


@dataclass(frozen=True)
class LibraryArchive:
    """A zip file called ``name``: on the module search path, once unpacked, it is the installed library."""

    name: str
    body: bytes

    @cached_property
    def sha256(self) -> str:
        """The digest of ``body``, in hex."""
        return hashlib.sha256(self.body).hexdigest()


@cache
def library_archive() -> LibraryArchive:
    """The library that this process runs, whether it is installed from a wheel or editable."""
    return archive(Path(mlops.__file__).parent, version(DISTRIBUTION))


def archive(package: Path, number: str) -> LibraryArchive:
    """The import package in the folder ``package``, in the version ``number``."""
    stem = f"{DISTRIBUTION.replace('-', '_')}-{number}"
    buffer = io.BytesIO()
    # Stored: what compression makes of a file depends on the version of zlib.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for path in sorted(_files(package)):
            _write(file, path.relative_to(package.parent).as_posix(), path.read_bytes())
        # By it importlib.metadata knows the version.
        metadata = f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {number}\n"
        _write(file, f"{stem}.dist-info/METADATA", metadata.encode())
    return LibraryArchive(f"{stem}.zip", buffer.getvalue())


def _files(package: Path) -> Iterator[Path]:
    """What builds run of a wheel: no bytecode, nothing hidden, such as a template's workflows."""
    for path in package.rglob("*"):
        parts = path.relative_to(package).parts
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
            yield path


def _write(file: zipfile.ZipFile, name: str, body: bytes) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    # Unix, whatever this machine is.
    entry.create_system, entry.external_attr = 3, _MODE << 16
    file.writestr(entry, body)
