"""One entry of the ledger: ``entry.json``, beside the files that are its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

TRAIN = "train"
ENTRY_FILE = "entry.json"
_TIME = "%Y%m%dT%H%M%S.%fZ"


class _Frozen(BaseModel):
    # A newer writer may say more than an older reader knows.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Figure(_Frozen):
    """A metric with its interval, as the gate found it."""

    name: str
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class GateFacts(_Frozen):
    """What a gate said; ``deployed`` is false where it found that the endpoint serves another model.

    ``figure`` is the first metric of the report.
    """

    verdict: Literal["passed", "blocked", "not judged"]
    summary: str
    deployed: bool
    figure: Figure | None = None

    @classmethod
    def read(cls, report: Mapping[str, Any]) -> Self:
        """The facts of a ``gate.json``.

        A gate runs after a deployment that succeeded: what it could not see is taken to be deployed.
        """
        checks = {check["name"]: check["outcome"] for check in report["checks"]}
        figures = [Figure(name=name, **found["model"]) for name, found in report["metrics"].items()]
        return cls(
            verdict=report["verdict"],
            summary=report["summary"],
            deployed=checks.get("release deployed") != "fail",
            figure=figures[0] if figures else None,
        )


class PlanFacts(_Frozen):
    """A saved plan: what it would do, its SHA-256 in hex, and where that is known, when it expires."""

    summary: str
    sha256: str
    expires: datetime | None = None


class DriftFacts(_Frozen):
    """What a look at PROD's captured requests came to; ``retraining`` is the execution that it started."""

    verdict: Literal["no drift", "drift", "not judged"]
    summary: str
    retraining: str | None = None


class Approval(_Frozen):
    """Who let the plan be applied, when, and what they said."""

    by: str
    at: datetime
    said: str = ""


class AutomaticRollback(_Frozen):
    """That PROD was brought back without anybody asking: from which release, and what of it had failed."""

    instead_of: str
    failed: Literal["test", "deployment"]

    def __str__(self) -> str:
        return f"back from {self.instead_of}, whose {self.failed} failed"


class Entry(_Frozen):
    """What one ``step`` (``train``, ``qa-plan``, ``prod-test``, …) found or did with a release."""

    schema_version: Literal[1] = 1
    step: str
    release_id: str
    at: datetime
    files: tuple[str, ...] = ()
    commit: str | None = Field(default=None, description="of the training")
    plan: PlanFacts | None = None
    gate: GateFacts | None = None
    approval: Approval | None = None
    way_back: AutomaticRollback | None = None
    drift: DriftFacts | None = None

    @property
    def folder(self) -> str:
        """Where the entry lies: ``<step>/<time>-<release>/``; the keys of a step are in the order of time."""
        return f"{self.step}/{self.at.strftime(_TIME)}-{self.release_id}/"

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """The entry of an ``entry.json``."""
        return cls.model_validate(json.loads(body))
