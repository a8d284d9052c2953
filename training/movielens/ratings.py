"""Ratings from delimited text of any size: read in blocks, kept as three narrow arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mlops.spec import Problem
from training.movielens.rows import COLUMNS, Faults, RatingsForm, check, parse

_BLOCK_BYTES = 1 << 23


@dataclass(frozen=True, eq=False)
class Ratings:
    """All ratings in the order of their files.

    Attributes:
        users: unsigned ids, shape (n,).
        items: unsigned ids, shape (n,).
        ratings: float32, shape (n,).
        sha256: of the files' bytes, one behind another, in hex.
        files: each file's name and the number of its first row.
    """

    users: NDArray[Any]
    items: NDArray[Any]
    ratings: NDArray[np.float32]
    sha256: str
    files: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return len(self.users)

    def place(self, row: int) -> tuple[str, int]:
        """The file of a row, and the row's number there, from 1."""
        name, first = next(file for file in reversed(self.files) if file[1] <= row)
        return name, row - first + 1


def read_ratings(files: Iterable[tuple[str, BinaryIO]], form: RatingsForm) -> Ratings:
    """Read every file.

    Raises:
        InvalidInputError: with every row that is no rating, each with its file and number (of many rows
            the first 20 and how many more), or because there are none at all.
    """
    digest = hashlib.sha256()
    faults = Faults()
    blocks: list[_Block] = []
    starts, rows = [], 0
    for name, stream in files:
        starts.append((name, rows))
        for block in _blocks(stream, form.header_lines, digest):
            frame = parse(block, form)
            if frame is None:
                frame = check(block, form, name, rows - starts[-1][1], faults)
            rows += frame.height
            if not faults.count:
                blocks.append(_narrow(frame))
    if not rows:
        source = ", ".join(name for name, _ in starts) or "ratings"
        faults.add(Problem(source, "(file)", "no rows", "one rating a row", "Put the ratings there."))
    faults.raise_any()
    users, items, ratings = (np.concatenate([block.pop() for block in blocks]) for _ in COLUMNS)
    return Ratings(users, items, ratings, digest.hexdigest(), tuple(starts))


# The columns of some rows, the last first, so that each is freed when it has been taken.
_Block = list[NDArray[Any]]


def _narrow(frame: pl.DataFrame) -> _Block:
    """The columns in the smallest types that hold their values."""
    arrays = [frame[column].to_numpy() for column in reversed(COLUMNS)]
    return [
        array.astype(np.min_scalar_type(array.max(initial=0)) if array.dtype == np.int64 else array.dtype)
        for array in arrays
    ]


def _blocks(stream: BinaryIO, header_lines: int, digest: Any) -> Iterator[bytes]:
    """Whole lines of about ``_BLOCK_BYTES``, without the header."""
    rest = b""
    while chunk := stream.read(_BLOCK_BYTES):
        digest.update(chunk)
        rest += chunk
        end = rest.rfind(b"\n") + 1
        while header_lines and end:
            cut = rest.index(b"\n") + 1
            rest, end, header_lines = rest[cut:], end - cut, header_lines - 1
        if end:
            yield rest[:end]
        rest = rest[end:]
    if rest and not header_lines:
        yield rest
