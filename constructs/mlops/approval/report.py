"""The parts of a gate's ``gate.json`` that a decision is made by."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Figure(_Part):
    """A metric with its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} {self.interval}"

    @property
    def interval(self) -> str:
        """The interval in brackets."""
        return f"[{self.low:.3f}, {self.high:.3f}]"


class Rival(_Part):
    """The metric of what PROD served, on the same rows, and the paired difference to it."""

    figure: Figure
    difference: Figure


class Metric(_Part):
    """A metric of the release, beside the champion's where it was compared."""

    model: Figure
    champion: Rival | None = None


class GateReport(_Part):
    """A gate's verdict with its figures by metric."""

    verdict: str
    summary: str
    metrics: dict[str, Metric] = {}

    @property
    def passed(self) -> bool:
        """Whether the gate let the release through."""
        return self.verdict == "passed"


@dataclass(frozen=True)
class Comparison:
    """One metric of the release beside PROD's.

    ``champion`` is on the same rows, with the paired ``difference``; ``before`` is what PROD's gate found
    on the rows of its time.
    """

    name: str
    release: Figure
    champion: Figure | None
    difference: Figure | None
    before: Figure | None


def compare(report: GateReport, before: GateReport | None) -> list[Comparison]:
    """Every metric of QA's ``report``; ``before`` is PROD's report of what it serves."""
    old = before.metrics if before else {}
    return [
        Comparison(
            name,
            metric.model,
            metric.champion.figure if metric.champion else None,
            metric.champion.difference if metric.champion else None,
            old[name].model if name in old else None,
        )
        for name, metric in report.metrics.items()
    ]
