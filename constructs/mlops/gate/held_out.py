"""The held-out rows that training set aside: ``held_out.parquet``, checked before the endpoint is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from mlops.gate.gate_file import GateFile
from mlops.serving.arrays import Floats, Integers
from mlops.serving.protocol import ModelProtocol
from mlops.spec import InvalidInputError, Problem, Release

_NAME = "held_out.parquet"
_REMEDY = "Let training write it anew."
# Of fewer clusters no interval can be trusted.
_FEWEST_CLUSTERS = 30
_MOST_SLICES = 20


@dataclass(frozen=True)
class HeldOut:
    """The rows, their labels, the baseline's scores where it was trained, and who belongs together."""

    rows: pl.DataFrame
    labels: Integers
    baseline: Floats | None
    clusters: Integers | None


def load_held_out(path: Path, gate: GateFile, release: Release, protocol: ModelProtocol) -> HeldOut:
    """Read the rows; ``protocol`` knows the classes and the columns of features.

    Raises:
        InvalidInputError: with every problem of the file.
    """
    try:
        rows = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        given = str(error).splitlines()[0]
        raise InvalidInputError([Problem(_NAME, "(file)", given, "a Parquet file", _REMEDY)]) from error
    problems = [
        *_counts(rows, gate, release),
        *_labels(rows, len(protocol.classes), gate.evaluation.minimum_rows_per_class),
        *_baseline(rows, gate, len(protocol.classes)),
        *_clusters(rows, gate.evaluation.clusters),
        *_slices(rows, gate),
        *protocol.problems(rows),
    ]
    if problems:
        raise InvalidInputError(problems)
    return HeldOut(
        rows,
        rows["label"].to_numpy().astype("int64"),
        _scores(rows["baseline_score"]) if "baseline_score" in rows.columns else None,
        rows[gate.evaluation.clusters].rank("dense").to_numpy().astype("int64")
        if gate.evaluation.clusters
        else None,
    )


def _counts(rows: pl.DataFrame, gate: GateFile, release: Release) -> list[Problem]:
    problems = []
    if rows.height < gate.evaluation.minimum_rows:
        allowed = f"at least {gate.evaluation.minimum_rows} rows, as evaluation.minimum_rows says"
        remedy = "Hold more rows out; on fewer the gate does not judge."
        problems.append(Problem(_NAME, "(rows)", str(rows.height), allowed, remedy))
    if rows.height != release.data.held_out_rows:
        allowed = f"the {release.data.held_out_rows} rows that release.json counts"
        problems.append(Problem(_NAME, "(rows)", str(rows.height), allowed, "Take both from one training."))
    return problems


def _labels(rows: pl.DataFrame, classes: int, smallest: int) -> list[Problem]:
    if "label" not in rows.columns:
        given = "no such column"
    else:
        counts = dict(rows["label"].value_counts().iter_rows())
        if counts.keys() == set(range(classes)) and min(counts.values()) >= smallest:
            return []
        given = ", ".join(f"{value}: {count} rows" for value, count in list(counts.items())[:5])
    numbers = "0 and 1" if classes == 2 else f"0 to {classes - 1}"
    allowed = f"{numbers}, at least {smallest} rows of each, and nothing else"
    return [Problem(_NAME, "label", given, allowed, _REMEDY)]


def _baseline(rows: pl.DataFrame, gate: GateFile, classes: int) -> list[Problem]:
    each = "a score from 0 to 1" if classes == 2 else f"a list of {classes} scores from 0 to 1"
    allowed = f"{each} in every row"
    if "baseline_score" not in rows.columns:
        if not gate.baseline.given:
            return []
        remedy = "Train the baseline, or take [baseline] out of the gate file."
        return [Problem(_NAME, "baseline_score", "no such column", allowed, remedy)]
    column = rows["baseline_score"]
    whole = True
    if classes > 2:
        whole = isinstance(column.dtype, pl.List) and bool(
            (column.list.len() == classes).fill_null(False).all()
        )
        column = column.explode() if whole else column
    # `is_between` is null for a null and false for NaN.
    if whole and column.dtype.is_float() and column.is_between(0, 1).fill_null(value=False).all():
        return []
    return [Problem(_NAME, "baseline_score", f"{column.dtype} with other values", allowed, _REMEDY)]


def _scores(column: pl.Series) -> Floats:
    """Shape ``(rows,)``, or ``(rows, classes)`` of a column of lists."""
    return np.array(column.to_list(), dtype=np.float64)


def _clusters(rows: pl.DataFrame, column: str | None) -> list[Problem]:
    if column is None:
        return []
    if column not in rows.columns:
        allowed = f"one of {', '.join(rows.columns)}"
        return [
            Problem(
                "gate.toml", "evaluation.clusters", column, allowed, "Name a column of the held-out rows."
            )
        ]
    distinct = rows[column].n_unique()
    if distinct < _FEWEST_CLUSTERS or rows[column].null_count():
        allowed = f"at least {_FEWEST_CLUSTERS} different values, one in every row"
        return [Problem(_NAME, column, f"{distinct} different values", allowed, _REMEDY)]
    return []


def _slices(rows: pl.DataFrame, gate: GateFile) -> list[Problem]:
    problems = []
    for number, each in enumerate(gate.slices):
        field = f"slices.{number}.column"
        if each.column not in rows.columns:
            allowed = f"one of {', '.join(rows.columns)}"
            problems.append(
                Problem("gate.toml", field, each.column, allowed, "Name a column of the held-out rows.")
            )
        elif rows[each.column].null_count() or rows[each.column].n_unique() > _MOST_SLICES:
            given = f"{rows[each.column].n_unique()} different values"
            allowed = f"at most {_MOST_SLICES} different values, one in every row"
            problems.append(Problem(_NAME, each.column, given, allowed, "Let training group them."))
    return problems
