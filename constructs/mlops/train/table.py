"""A CSV table of numbers and a class in each row: what is wrong with one, and how it is split."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.model_selection import train_test_split

from mlops.spec import InvalidInputError, Problem

_LISTED = 20
_SEED = 0


@dataclass(frozen=True)
class Table:
    """What a table must hold.

    Attributes:
        rows: what a row is, in the plural, such as ``flowers``.
        features: the columns of numbers, each above ``above`` and at most ``at_most``, in ``unit``.
        label: the column that names each row's class.
        classes: the classes' names; a class's place here is its number.
    """

    rows: str
    features: tuple[str, ...]
    label: str
    classes: tuple[str, ...]
    above: float = -math.inf
    at_most: float = math.inf
    unit: str = "a finite number"

    @property
    def allowed(self) -> str:
        """What a feature may be, in words."""
        above = f" above {self.above:g}" if math.isfinite(self.above) else ""
        return f"{self.unit}{above}" + (f", at most {self.at_most:g}" if math.isfinite(self.at_most) else "")


def read_table(content: bytes, name: str, table: Table) -> pl.DataFrame:
    """The features, float64, and ``label``, the number of the class; rows as in the CSV file ``name``.

    Raises:
        InvalidInputError: with every value that is not allowed (of many the first 20).
    """
    try:
        text = pl.read_csv(io.BytesIO(content), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        given = str(error).splitlines()[0]
        raise InvalidInputError(
            [Problem(name, "(file)", given, "a CSV file", "Correct the file.")]
        ) from error
    columns = [*table.features, table.label]
    allowed = f"the columns {', '.join(columns)}"
    missing = [
        Problem(name, column, "no such column", allowed, "Name it in the file's first line.")
        for column in columns
        if column not in text.columns
    ]
    if missing:
        raise InvalidInputError(missing)
    numbers = range(len(table.classes))
    rows = text.select(
        *(pl.col(feature).str.strip_chars().cast(pl.Float64, strict=False) for feature in table.features),
        label=pl.col(table.label).replace_strict(table.classes, numbers, default=None, return_dtype=pl.Int64),
    )
    problems = _problems(text, rows, name, table)
    if problems:
        raise InvalidInputError(problems)
    return rows


def _problems(text: pl.DataFrame, rows: pl.DataFrame, name: str, table: Table) -> list[Problem]:
    good = {
        feature: rows[feature].is_finite() & (rows[feature] > table.above) & (rows[feature] <= table.at_most)
        for feature in table.features
    }
    good[table.label] = rows["label"].is_not_null()
    found = []
    for column, fits in good.items():
        allowed = ", ".join(table.classes) if column == table.label else table.allowed
        for row in (~fits.fill_null(value=False)).arg_true():
            given = repr(text[column][row])
            problem = Problem(name, f"row {row + 1}, {column}", given, allowed, "Correct or remove the row.")
            found.append((row, problem))
    listed = [problem for _, problem in sorted(found, key=lambda item: item[0])]
    if len(listed) > _LISTED:
        given = f"{len(listed) - _LISTED} more values like these"
        rest = Problem(name, "(further rows)", given, "as above", "Correct or remove them as well.")
        return [*listed[:_LISTED], rest]
    return listed


def split(
    rows: pl.DataFrame, name: str, table: Table, *, share: float, fewest: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows to train on, and a ``share`` of each class held out, the same each time.

    Raises:
        InvalidInputError: with every class that has fewer rows than ``fewest``.
    """
    labels = rows["label"].to_numpy()
    counts = np.bincount(labels, minlength=len(table.classes))
    allowed = f"at least {fewest} {table.rows}, so that enough are held out"
    problems = [
        Problem(name, of_class, f"{count} {table.rows}", allowed, f"Add {table.rows}.")
        for of_class, count in zip(table.classes, counts, strict=True)
        if count < fewest
    ]
    if problems:
        raise InvalidInputError(problems)
    train, held_out = train_test_split(
        np.arange(rows.height), test_size=share, stratify=labels, random_state=_SEED
    )
    return rows[train], rows[held_out]
