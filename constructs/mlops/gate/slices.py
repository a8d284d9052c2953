"""The metrics of parts of the held-out rows: a good average can hide a group that is served badly."""

from __future__ import annotations

import numpy as np

from mlops.gate.case import Case
from mlops.gate.checks import judged, not_applicable
from mlops.gate.gate_file import Slice
from mlops.gate.metrics import TITLES, metrics_of
from mlops.serving.arrays import Floats, Integers
from mlops.spec.gate_report import Check, Figure, SliceResult


def slice_results(case: Case, answered: Floats) -> tuple[list[SliceResult], list[Check]]:
    """A result for each value of each sliced column, and a check for each of its thresholds."""
    results: list[SliceResult] = []
    checks: list[Check] = []
    for each in case.gate.slices:
        column = case.held_out.rows[each.column]
        for value in column.unique().sort().to_list():
            chosen = (column == value).to_numpy()
            result, found = _judge(case, each, str(value), answered, chosen)
            results.append(result)
            checks += found
    return results, checks


def no_slices(case: Case, reason: str) -> list[Check]:
    """The same checks where nothing was answered, a column at a time."""
    return [
        not_applicable(f"{each.column}: {TITLES[name]}", reason)
        for each in case.gate.slices
        for name in each.thresholds.given
    ]


def _judge(
    case: Case, each: Slice, value: str, answered: Floats, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[SliceResult, list[Check]]:
    labels, scores = case.held_out.labels[chosen], answered[chosen]
    confidence, rows = case.gate.evaluation.confidence, len(labels)
    want = _want(labels, rows, each, len(case.protocol.classes))
    if want:
        unjudged = [
            not_applicable(f"{each.column} {value}: {TITLES[name]}", want) for name in each.thresholds.given
        ]
        return SliceResult(column=each.column, value=value, rows=rows, reason=want), unjudged
    clusters = None if case.held_out.clusters is None else case.held_out.clusters[chosen]
    figures: dict[str, Figure] = {}
    checks: list[Check] = []
    for name, metric in metrics_of(len(case.protocol.classes)).items():
        interval = metric(labels, scores).interval(confidence, clusters)
        figures[name] = interval
        threshold = each.thresholds.given.get(name)
        if threshold:
            checks.append(judged(f"{each.column} {value}: {TITLES[name]}", interval, threshold, confidence))
    return SliceResult(column=each.column, value=value, rows=rows, metrics=figures), checks


def _want(labels: Integers, rows: int, each: Slice, classes: int) -> str:
    """What the slice lacks to be judged; empty if nothing."""
    if rows < each.minimum_rows:
        return f"{rows} rows; judged from {each.minimum_rows} on"
    seen = len(np.unique(labels))
    return "" if seen == classes else f"{seen} of {classes} classes among its {rows} rows"
