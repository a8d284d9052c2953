"""What a gate run found: the model behind ``gate.json`` and the one-line summary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from mlops.gate.checks import Check
from mlops.gate.intervals import Interval
from mlops.gate.metrics import MetricName
from mlops.profile import Column
from mlops.spec.release import DataFingerprint

Verdict = Literal["passed", "blocked", "not judged"]

# The approval's text holds 1,000 characters, and the summary is only a part of it.
SUMMARY_LENGTH = 300


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Frozen):
    """A metric with its interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, interval: Interval) -> Figure:
        """The interval as plain numbers."""
        return cls(value=interval.value, low=interval.low, high=interval.high)


class Rival(_Frozen):
    """The same metric of something else on the same rows, and the paired difference *model - rival*."""

    figure: Figure
    difference: Figure


class Metric(_Frozen):
    """A metric of the model, beside the baseline's and the champion's where there are any."""

    model: Figure
    baseline: Rival | None = None
    champion: Rival | None = None


class SliceResult(_Frozen):
    """The metrics of the rows with one value in one column, or the ``reason`` why there are none."""

    column: str
    value: str
    rows: int
    metrics: dict[MetricName, Figure] = {}
    reason: str = ""


class Bin(_Frozen):
    """Rows of about one score: the mean score, and the share of class 1 among them."""

    predicted: float
    observed: float
    rows: int


class Curves(_Frozen):
    """Of two classes: ROC as (false positive rate, true positive rate), and calibration."""

    roc: tuple[tuple[float, float], ...]
    calibration: tuple[Bin, ...]


class Confusion(_Frozen):
    """How many held-out rows of each class (outer) were taken for which (inner)."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class ReleaseFacts(_Frozen):
    """Which release was judged."""

    release_id: str
    commit: str
    model_data_url: str
    data: DataFingerprint


class EndpointFacts(_Frozen):
    """What was deployed when it was judged."""

    name: str
    status: str
    config: str
    models: tuple[str, ...]


class ChampionFacts(_Frozen):
    """What the release was compared with, or the ``reason`` why with nothing."""

    endpoint: str
    models: tuple[str, ...] = ()
    reason: str = ""


class Findings(_Frozen):
    """What the endpoint showed; empty where it was never asked.

    ``scores`` is what its answers look like, for those of its later requests to be compared with.
    """

    endpoint: EndpointFacts | None = None
    rows: int = 0
    clusters: int | None = None
    metrics: dict[MetricName, Metric] = {}
    slices: tuple[SliceResult, ...] = ()
    curves: Curves | None = None
    champion: ChampionFacts | None = None
    confusion: Confusion | None = None
    latency_ms: dict[str, float] = {}
    scores: dict[str, Column] = {}
    checks: tuple[Check, ...] = ()


class GateReport(Findings):
    """``gate.json``."""

    schema_version: Literal[2] = 2
    verdict: Verdict
    summary: str
    consequence: str
    example: str
    environment: str
    started_at: datetime
    seconds: float
    confidence: float | None = None
    release: ReleaseFacts | None = None
    problems: tuple[str, ...] = ()


def verdict_of(checks: tuple[Check, ...]) -> Verdict:
    """Passed if something was judged and nothing failed; "not applicable" alone is no pass."""
    outcomes = {check.outcome for check in checks}
    return "passed" if "pass" in outcomes and "fail" not in outcomes else "blocked"


def summary_of(findings: Findings, verdict: Verdict) -> str:
    """The failures, or else the figures, in one line of at most ``SUMMARY_LENGTH`` characters."""
    if verdict == "blocked":
        parts = [_brief(check) for check in findings.checks if check.outcome == "fail"]
    else:
        parts = [_brief(check) for check in findings.checks if check.low is not None]
        parts += [f"latency {name} {ms:.0f} ms" for name, ms in findings.latency_ms.items() if "p99" in name]
        parts.append(f"{findings.rows} rows")
    return one_line(verdict, parts)


def _brief(check: Check) -> str:
    if check.low is None:
        return f"{check.name}: {check.reason}"
    misses = "misses " if check.outcome == "fail" else ""
    return f"{check.name} {check.value:.3f} [{check.low:.3f}, {check.high:.3f}] {misses}{check.limit}"


def one_line(verdict: str, parts: Sequence[str]) -> str:
    """``VERDICT: part; part``, cut at ``SUMMARY_LENGTH``."""
    line = " ".join(f"{verdict.upper()}: {'; '.join(parts)}".split())
    return line if len(line) <= SUMMARY_LENGTH else f"{line[: SUMMARY_LENGTH - 1]}…"


def consequence_of(verdict: Verdict, environment: str, *, goes_back: bool = False) -> str:
    """What follows from the verdict; ``goes_back``: the pipeline then brings the release before back."""
    if verdict == "passed":
        return "The release goes on." if environment == "qa" else "PROD serves this release."
    if environment == "qa":
        return "The pipeline stops here; PROD is not changed."
    if goes_back:
        return "The pipeline ends failed, and brings PROD back to the release that passed there before."
    return "PROD may serve this release all the same: docs/operations.md says how to bring back another."
