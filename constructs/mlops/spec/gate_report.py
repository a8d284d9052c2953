"""``gate.json``: what a gate found of a release, as its builds write it and all others read it.

A newer gate may say more than an older reader knows; what is there keeps its meaning within a version.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from mlops.spec.release import DataFingerprint
from mlops.spec.versions import Versioned

GATE_REPORT = "gate.json"
Verdict = Literal["passed", "blocked", "not judged"]
Outcome = Literal["pass", "fail", "not applicable"]
#: The name of the check whether the endpoint serves the release that is judged.
RELEASE_DEPLOYED = "release deployed"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Figure(_Part):
    """A metric with its two-sided confidence interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} {self.interval}"

    @property
    def interval(self) -> str:
        """The interval in brackets."""
        return f"[{self.low:.3f}, {self.high:.3f}]"


class Check(_Part):
    """What was judged and why it ended so; a figure carries its interval and its limit."""

    name: str
    outcome: Outcome
    reason: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    limit: str | None = None


class Comparison(_Part):
    """The same metric of something else on the same rows, and the paired difference *model - other*."""

    figure: Figure
    difference: Figure


class Metric(_Part):
    """A metric of the model, beside the baseline's and the champion's where there are any."""

    model: Figure
    baseline: Comparison | None = None
    champion: Comparison | None = None


class SliceResult(_Part):
    """The metrics of the rows with one value in one column, or the ``reason`` why there are none."""

    column: str
    value: str
    rows: int
    metrics: dict[str, Figure] = {}
    reason: str = ""


class Bin(_Part):
    """Rows of about one score: the mean score, and the share of class 1 among them."""

    predicted: float
    observed: float
    rows: int


class Curves(_Part):
    """Of two classes: ROC as (false positive rate, true positive rate), and calibration."""

    roc: tuple[tuple[float, float], ...]
    calibration: tuple[Bin, ...]


class Confusion(_Part):
    """How many held-out rows of each class (outer) were taken for which (inner)."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class ReleaseFacts(_Part):
    """Which release was judged."""

    release_id: str
    commit: str
    model_data_url: str
    data: DataFingerprint


class EndpointFacts(_Part):
    """What was deployed when it was judged."""

    name: str
    status: str
    config: str
    models: tuple[str, ...]


class ChampionFacts(_Part):
    """What the release was compared with, or the ``reason`` why with nothing."""

    endpoint: str
    models: tuple[str, ...] = ()
    reason: str = ""


class Findings(_Part):
    """What the endpoint showed; empty where it was never invoked.

    ``scores`` is what its answers look like, for those to later requests to be compared with: columns of a
    ``mlops.profile``, by the name of the score.
    """

    endpoint: EndpointFacts | None = None
    rows: int = 0
    clusters: int | None = None
    metrics: dict[str, Metric] = {}
    slices: tuple[SliceResult, ...] = ()
    curves: Curves | None = None
    champion: ChampionFacts | None = None
    confusion: Confusion | None = None
    latency_ms: dict[str, float] = {}
    scores: dict[str, dict[str, JsonValue]] = {}
    checks: tuple[Check, ...] = ()


class GateReport(Findings, Versioned):
    """``gate.json``."""

    OLDEST: ClassVar[int] = 2
    NEWEST: ClassVar[int] = 2

    schema_version: int = NEWEST
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

    @property
    def passed(self) -> bool:
        """Whether the gate let the release through."""
        return self.verdict == "passed"

    @property
    def deployed(self) -> bool:
        """False where the gate found that the endpoint serves another model.

        A gate runs after a deployment that succeeded: what it could not see is taken to be deployed.
        """
        return not any(check.name == RELEASE_DEPLOYED and check.outcome == "fail" for check in self.checks)
