"""A check for each column: no drift, drift, or not to be judged, always with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlops.drift.comparison import (
    FEWEST_CLUSTERS,
    POWER,
    Comparison,
    Sensitivity,
    captured_needed,
    compare,
)
from mlops.drift.report import Bin, ColumnFindings
from mlops.drift.rows import Rows
from mlops.gate.checks import not_applicable
from mlops.profile import Column
from mlops.spec.gate_report import Check


@dataclass(frozen=True)
class Side:
    """What was asked, or what was answered, beside the ``expected`` columns; ``rows`` names their source."""

    name: str
    expected: Mapping[str, Column]
    rows: Rows


def judge(side: Side, sensitivity: Sensitivity, ignored: tuple[str, ...]) -> list[ColumnFindings]:
    """What each expected column shows; ``sensitivity`` is of one check."""
    return [_column(side, name, column, sensitivity, ignored) for name, column in side.expected.items()]


def _column(
    side: Side, name: str, column: Column, sensitivity: Sensitivity, ignored: tuple[str, ...]
) -> ColumnFindings:
    title = f"{side.name}: {name}"
    reference = column.all_counts
    if name not in side.rows.columns.columns or not side.rows.columns.height:
        return ColumnFindings(name=name, side=side.name, check=not_applicable(title, "no rows were captured"))
    values = side.rows.columns[name]
    found = compare(reference, column.places(values), side.rows.clusters)
    bins = tuple(
        Bin(label=label, expected=expected, found=share)
        for label, expected, share in zip(column.labels, found.expected, found.found, strict=True)
        if expected or share
    )
    if name in ignored:
        check = not_applicable(title, f"ignored, as the settings say; its index is {found.index:.3f}")
    else:
        check = _check(title, found, side.rows, sensitivity)
    return ColumnFindings(name=name, side=side.name, check=check, bins=bins)


def _check(title: str, found: Comparison, rows: Rows, sensitivity: Sensitivity) -> Check:
    too_few = _too_few(found, rows, sensitivity)
    if too_few:
        return not_applicable(title, too_few)
    limit = sensitivity.limit(found.bins, found.rows)
    drifted = found.index > limit
    reason = (
        f"index {found.index:.3f} {'is above' if drifted else 'is within'} {limit:.3f}: "
        f"{sensitivity.psi_tolerance:g} is tolerated, the rest is chance among {found.effective_rows:,.0f} "
        f"independent rows"
    )
    return Check(
        name=title,
        outcome="fail" if drifted else "pass",
        reason=reason,
        value=found.index,
        limit=f"≤ {limit:.3f}",
    )


def _too_few(found: Comparison, rows: Rows, sensitivity: Sensitivity) -> str:
    if rows.groups < FEWEST_CLUSTERS:
        return f"{rows.groups} requests or users; at least {FEWEST_CLUSTERS} are needed"
    needed = sensitivity.needed(found.bins)
    if found.rows >= needed:
        return ""
    wanted = captured_needed(needed, found.reference_rows)
    to_find = f"to find an index of {sensitivity.detectable_psi:g} in {POWER:.0%} of runs"
    if wanted is None:
        return f"compared with {found.reference_rows} rows; more than {needed} are needed {to_find}"
    return f"{found.effective_rows:,.0f} independent rows; at least {wanted:,} are needed {to_find}"
