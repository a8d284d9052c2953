"""Retraining on a schedule, and looking at what PROD is asked: docs/monitoring.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mlops.spec.endpoint import Endpoint
from mlops.spec.problems import Problem

_RATE = re.compile(r"rate\([1-9]\d* (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\(\S+ \S+ (\S+) \S+ (\S+) \S+\)")
#: The metric of how many columns have drifted; put once for each run that could judge.
DRIFT_METRIC = "DriftedColumns"

_SOURCE = "example.toml"
_CAPTURING = (
    "with an endpoint.prod whose requests are captured: data_capture_percent above 0, neither serverless nor "
    "asynchronous"
)


def _schedule(given: str) -> str:
    """Of the days of the month and of the week one must be open, which is the usual mistake."""
    cron = _CRON.fullmatch(given)
    if not (_RATE.fullmatch(given) or (cron and "?" in cron.groups())):
        raise ValueError(
            "a rate such as rate(1 day), or minutes, hours, day, month, weekday and year such as "
            "cron(0 3 ? * MON *), with ? for the day of the month or of the week"
        )
    return given


#: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
ScheduleExpression = Annotated[
    str,
    AfterValidator(_schedule),
    Field(
        description="such as rate(1 day) or cron(0 3 ? * MON *): minutes, hours, day, month, weekday, year"
    ),
]
TimeZone = Annotated[
    str, Field(pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", description="such as Europe/Berlin")
]


_RENAMED = {"tolerated": "psi_tolerance", "found": "detectable_psi", "false_alarms": "false_alarm_rate"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Retraining(_Strict):
    """When the pipeline runs without a push."""

    schedule: ScheduleExpression
    time_zone: TimeZone = "UTC"


class Monitoring(_Strict):
    """When PROD's captured requests are compared with the training's data, and what counts as drift.

    Attributes:
        hours: how far back the requests go that are compared.
        psi_tolerance: the population stability index up to which a column may differ.
        detectable_psi: the index that a comparison must find; with too few rows for that it does not judge.
        false_alarm_rate: how often at most a run may find drift where no column differs by more than
            ``psi_tolerance``.
        ignore: columns that are shown, and not judged.
        retrain: whether drift starts the pipeline.
    """

    schedule: ScheduleExpression | None = None
    time_zone: TimeZone = "UTC"
    hours: int = Field(default=24, ge=1, le=24 * 90)
    psi_tolerance: float = Field(default=0.1, gt=0, le=1)
    detectable_psi: float = Field(default=0.5, gt=0, le=10)
    false_alarm_rate: float = Field(default=0.01, gt=0, le=0.2)
    ignore: tuple[str, ...] = ()
    retrain: bool = False

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, data: Any) -> Any:
        """The names that these settings had before still work."""
        if not isinstance(data, dict):
            return data
        twice = [f"{old} and {new}" for old, new in _RENAMED.items() if old in data and new in data]
        if twice:
            raise ValueError(f"only one of {', one of '.join(twice)}, which mean the same")
        return {_RENAMED.get(name, name): value for name, value in data.items()}


def unmonitored(monitoring: Monitoring | None, prod: Endpoint) -> Iterator[Problem]:
    """What cannot be monitored, and why."""
    if monitoring is None:
        return
    if prod.captured_percent == 0 or prod.serverless or prod.asynchronous:
        remedy = "Let endpoint.prod capture requests, or remove [monitoring]."
        yield Problem(_SOURCE, "monitoring", "a table", _CAPTURING, remedy)
    if monitoring.detectable_psi <= monitoring.psi_tolerance:
        given, allowed = (
            f"{monitoring.detectable_psi:g}",
            f"more than psi_tolerance, {monitoring.psi_tolerance:g}",
        )
        yield Problem(_SOURCE, "monitoring.detectable_psi", given, allowed, "Raise it.")
