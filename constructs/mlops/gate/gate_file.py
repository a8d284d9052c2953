"""``gate.toml``: what an endpoint must show, validated before anything is invoked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from mlops.gate.metrics import LOWER_IS_BETTER, MetricName
from mlops.serving.options import Invocation
from mlops.spec.problems import parse_toml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Threshold(_Strict):
    """A limit that the whole interval must keep: its lower bound ``at_least``, its upper ``at_most``."""

    at_least: float | None = Field(default=None, allow_inf_nan=False)
    at_most: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("exactly one of at_least and at_most")
        return self

    @property
    def limit(self) -> float:
        """The number itself."""
        return self.at_least if self.at_least is not None else self.at_most or 0.0

    @property
    def sign(self) -> str:
        """How a figure must relate to the limit."""
        return "≥" if self.at_least is not None else "≤"


class Thresholds(_Strict):
    """A threshold for each metric that is judged; the others are reported."""

    accuracy: Threshold | None = None
    auc: Threshold | None = None
    log_loss: Threshold | None = None

    @model_validator(mode="after")
    def _on_the_metrics_side(self) -> Self:
        for name, threshold in self.given.items():
            lower_is_better = name in LOWER_IS_BETTER
            if lower_is_better != (threshold.at_most is not None):
                better, side = ("lower", "at_most") if lower_is_better else ("higher", "at_least")
                raise ValueError(f"{name}.{side}, since {better} is better")
        return self

    @property
    def given(self) -> dict[MetricName, Threshold]:
        """The thresholds that the file sets."""
        every: dict[MetricName, Threshold | None] = {
            "accuracy": self.accuracy,
            "auc": self.auc,
            "log_loss": self.log_loss,
        }
        return {name: threshold for name, threshold in every.items() if threshold is not None}


class Evaluation(_Strict):
    """How the metrics are judged."""

    confidence: float = Field(ge=0.5, le=0.999, description="a confidence level from 0.5 to 0.999")
    minimum_rows: int = Field(ge=30, description="at least 30 rows")
    minimum_rows_per_class: int = Field(default=30, ge=5, description="at least 5 rows of each class")
    clusters: str | None = Field(default=None, description="the column whose equal values belong together")


class Latency(_Strict):
    """Limits on single-row requests sent one after the other, as the build sees them."""

    requests: int = Field(ge=10, le=10_000, description="10 to 10000 requests")
    warm_up: int = Field(default=10, ge=0, le=1000, description="0 to 1000 requests")
    p50_ms: float = Field(gt=0, description="milliseconds above 0")
    p90_ms: float = Field(gt=0, description="milliseconds above 0")
    p99_ms: float = Field(gt=0, description="milliseconds above 0")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.p50_ms <= self.p90_ms <= self.p99_ms:
            raise ValueError("p50_ms ≤ p90_ms ≤ p99_ms")
        return self


class Malformed(_Strict):
    """Which malformed requests the endpoint must refuse."""

    kinds: tuple[str, ...] = Field(min_length=1, description="at least one kind of malformed request")


class Known(_Strict):
    """A row whose class nobody doubts: ``row`` has the held-out rows' feature columns."""

    name: str = Field(min_length=1, description="what the row is called in the report")
    row: dict[str, Any] = Field(min_length=1, description="a value for each feature column")
    label: int = Field(ge=0, description="the number of its class")

    @field_validator("row")
    @classmethod
    def _as_held_out_rows(cls, row: dict[str, Any]) -> dict[str, Any]:
        """A decimal number of TOML's is read as it is written."""
        return {name: _in_floating_point(value) for name, value in row.items()}


class Slice(_Strict):
    """A column of the held-out rows, whose every value is judged on its own rows."""

    column: str = Field(min_length=1, description="a column of the held-out rows")
    minimum_rows: int = Field(default=200, ge=30, description="at least 30 rows of a value")
    thresholds: Thresholds = Thresholds()


class GateFile(_Strict):
    """``gate.toml``."""

    evaluation: Evaluation
    thresholds: Thresholds
    baseline: Thresholds = Thresholds()
    champion: Thresholds = Thresholds()
    slices: tuple[Slice, ...] = ()
    latency: Latency
    invocation: Invocation = Invocation()
    malformed: Malformed
    known: tuple[Known, ...] = ()

    @model_validator(mode="after")
    def _judges_something(self) -> Self:
        if not self.thresholds.given:
            raise ValueError("at least one threshold under [thresholds]")
        return self


def load_gate_file(path: Path) -> GateFile:
    """Read a gate file.

    Raises:
        InvalidInputError: with every problem of the file.
    """
    return parse_toml(path, GateFile)


def _in_floating_point(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_floating_point(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
