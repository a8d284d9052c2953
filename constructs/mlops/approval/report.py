"""The figures that a decision is made by, of QA's ``gate.json`` and PROD's."""

from __future__ import annotations

from dataclasses import dataclass

from mlops.spec.gate_report import Figure, GateReport


@dataclass(frozen=True)
class MetricRow:
    """One metric of the release beside PROD's.

    ``champion`` is on the same rows, with the paired ``difference``; ``before`` is what PROD's gate found
    on the rows of its time.
    """

    name: str
    release: Figure
    champion: Figure | None
    difference: Figure | None
    before: Figure | None


def compare(report: GateReport, before: GateReport | None) -> list[MetricRow]:
    """Every metric of QA's ``report``; ``before`` is PROD's report of what it serves."""
    old = before.metrics if before else {}
    return [
        MetricRow(
            name,
            metric.model,
            metric.champion.figure if metric.champion else None,
            metric.champion.difference if metric.champion else None,
            old[name].model if name in old else None,
        )
        for name, metric in report.metrics.items()
    ]
