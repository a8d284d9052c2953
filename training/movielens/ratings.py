"""Ratings from delimited text of any size: read in blocks, kept as three narrow arrays."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mlops_spec import InvalidInputError, Problem

BEST_RATING = 5
_BLOCK_BYTES = 1 << 23
_LISTED = 20
_COLUMNS = {"user": pl.Int64, "item": pl.Int64, "rating": pl.Float32}
_ALLOWED = {
    "user": "a whole number from 0 on",
    "item": "a whole number from 0 on",
    "rating": f"a number from 0 to {BEST_RATING}",
}


@dataclass(frozen=True)
class RatingsForm:
    """How a file of ratings is laid out; places of columns count from 0."""

    delimiter: str
    columns: int
    user: int
    item: int
    rating: int
    header_lines: int = 0


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
    faults = _Faults()
    blocks: list[_Block] = []
    starts, rows = [], 0
    for name, stream in files:
        starts.append((name, rows))
        for block in _blocks(stream, form.header_lines, digest):
            frame = _parse(block, form)
            if frame is None:
                frame = _checked(block, form, name, rows - starts[-1][1], faults)
            rows += frame.height
            if not faults.count:
                blocks.append(_narrow(frame))
    if not rows:
        source = ", ".join(name for name, _ in starts) or "ratings"
        faults.add(Problem(source, "(file)", "no rows", "one rating a row", "Put the ratings there."))
    faults.raise_any()
    users, items, ratings = (np.concatenate([block.pop() for block in blocks]) for _ in _COLUMNS)
    return Ratings(users, items, ratings, digest.hexdigest(), tuple(starts))


# The columns of some rows, the last first, so that each is freed when it has been taken.
_Block = list[NDArray[Any]]


def _narrow(frame: pl.DataFrame) -> _Block:
    """The columns in the smallest types that hold their values."""
    arrays = [frame[column].to_numpy() for column in reversed(_COLUMNS)]
    return [
        array.astype(np.min_scalar_type(array.max(initial=0)) if array.dtype == np.int64 else array.dtype)
        for array in arrays
    ]


class _Faults:
    """The first problems, and the count of all."""

    def __init__(self) -> None:
        self.listed: list[Problem] = []
        self.count = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.listed) < _LISTED:
            self.listed.append(problem)

    def raise_any(self) -> None:
        if more := self.count - len(self.listed):
            given = f"{more} more values like these"
            self.listed.append(
                Problem("ratings", "(further rows)", given, "as above", "Mend or remove them as well.")
            )
        if self.listed:
            raise InvalidInputError(self.listed)


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


def _parse(block: bytes, form: RatingsForm) -> pl.DataFrame | None:
    """The rows, or None if any is no rating."""
    names = [f"column {place}" for place in range(form.columns)]
    for column in _COLUMNS:
        names[getattr(form, column)] = column
    schema = {name: _COLUMNS.get(name, pl.String) for name in names}
    places = [form.user, form.item, form.rating]
    try:
        frame = pl.read_csv(
            io.BytesIO(block), has_header=False, separator=form.delimiter, schema=schema, columns=places
        )
    except pl.exceptions.PolarsError:
        return None
    # Columns that are not read may be missing: then the separators are too few for the rows.
    whole = block.count(form.delimiter.encode()) == frame.height * (form.columns - 1)
    return frame if whole and frame.select(pl.all_horizontal(_rules()).all()).item() else None


def _rules() -> list[pl.Expr]:
    """What holds in every column of a good row."""
    rules = (pl.col("user") >= 0, pl.col("item") >= 0, pl.col("rating").is_between(0, BEST_RATING))
    return [rule.fill_null(value=False) for rule in rules]


def _checked(block: bytes, form: RatingsForm, name: str, before: int, faults: _Faults) -> pl.DataFrame:
    """The rows, everything that is wrong told to ``faults``; slower than ``_parse`` and never refuses."""
    lines = block.decode(errors="replace").removesuffix("\n").split("\n")
    fields = pl.Series(lines).str.strip_chars_end("\r").str.split(form.delimiter)
    texts = {
        column: fields.list.get(getattr(form, column), null_on_oob=True).str.strip_chars(' "')
        for column in _COLUMNS
    }
    frame = pl.DataFrame(
        {column: texts[column].cast(kind, strict=False) for column, kind in _COLUMNS.items()}
    )
    whole = fields.list.len() == form.columns
    wrong = [(row, "") for row in (~whole).arg_true()]
    for column, good in frame.select(_rules()).to_dict().items():
        wrong += [(row, column) for row in (whole & ~good).arg_true()]
    for row, column in sorted(wrong, key=lambda place: place[0]):
        field = f"row {before + row + 1}"
        if column:
            given, allowed, field = repr(texts[column][row]), _ALLOWED[column], f"{field}, {column}"
        else:
            given = f"{len(fields[row])} fields"
            allowed = f"{form.columns} fields separated by {form.delimiter!r}"
        faults.add(Problem(name, field, given, allowed, "Mend or remove the row."))
    return frame
