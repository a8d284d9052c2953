"""Lines of delimited text as rows of a user, an item and a rating, or what is wrong with them."""

from __future__ import annotations

import io
from dataclasses import dataclass

import polars as pl

from mlops.spec import InvalidInputError, Problem

BEST_RATING = 5
COLUMNS = {"user": pl.Int64, "item": pl.Int64, "rating": pl.Float32}
_ALLOWED = {
    "user": "a whole number from 0 on",
    "item": "a whole number from 0 on",
    "rating": f"a number from 0 to {BEST_RATING}",
}
_LISTED = 20


@dataclass(frozen=True)
class RatingsForm:
    """How a file of ratings is laid out; places of columns count from 0."""

    delimiter: str
    columns: int
    user: int
    item: int
    rating: int
    header_lines: int = 0


class Faults:
    """The first problems, and the count of all."""

    def __init__(self) -> None:
        self.listed: list[Problem] = []
        self.count = 0

    def add(self, problem: Problem) -> None:
        """List the problem, or only count it where many are listed."""
        self.count += 1
        if len(self.listed) < _LISTED:
            self.listed.append(problem)

    def raise_any(self) -> None:
        """Raise what was added, if anything was.

        Raises:
            InvalidInputError: with the problems listed and the number of those that are not.
        """
        if more := self.count - len(self.listed):
            given = f"{more} more values like these"
            self.listed.append(
                Problem("ratings", "(further rows)", given, "as above", "Correct or remove them as well.")
            )
        if self.listed:
            raise InvalidInputError(self.listed)


def parse(block: bytes, form: RatingsForm) -> pl.DataFrame | None:
    """The rows, or None if any is no rating."""
    names = [f"column {place}" for place in range(form.columns)]
    for column in COLUMNS:
        names[getattr(form, column)] = column
    schema = {name: COLUMNS.get(name, pl.String) for name in names}
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


def check(block: bytes, form: RatingsForm, name: str, before: int, faults: Faults) -> pl.DataFrame:
    """The rows, everything that is wrong told to ``faults``; slower than ``parse`` and never refuses."""
    lines = block.decode(errors="replace").removesuffix("\n").split("\n")
    fields = pl.Series(lines).str.strip_chars_end("\r").str.split(form.delimiter)
    texts = {
        column: fields.list.get(getattr(form, column), null_on_oob=True).str.strip_chars(' "')
        for column in COLUMNS
    }
    frame = pl.DataFrame({column: texts[column].cast(kind, strict=False) for column, kind in COLUMNS.items()})
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
        faults.add(Problem(name, field, given, allowed, "Correct or remove the row."))
    return frame
