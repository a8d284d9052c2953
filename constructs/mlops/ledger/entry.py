"""One entry of the ledger: ``entry.json``, beside the files that are its evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from mlops.spec.gate_report import Figure, GateReport, Verdict
from mlops.spec.problems import parse_json_bytes
from mlops.spec.versions import Versioned

TRAIN = "train"
ENTRY_FILE = "entry.json"
_TIME = "%Y%m%dT%H%M%S.%fZ"


class _Frozen(BaseModel):
    # A newer writer may say more than an older reader knows.
    model_config = ConfigDict(extra="ignore", frozen=True)


class NamedFigure(Figure):
    """A metric with its interval, as the gate found it."""

    name: str

    def __str__(self) -> str:
        return f"{self.name} {super().__str__()}"


class GateFacts(_Frozen):
    """What a gate said; ``deployed`` is false where it found that the endpoint serves another model.

    ``figure`` is the first metric of the report.
    """

    verdict: Verdict
    summary: str
    deployed: bool
    figure: NamedFigure | None = None

    @classmethod
    def of(cls, report: GateReport) -> Self:
        """The facts of a ``gate.json``."""
        figures = [NamedFigure(name=name, **dict(found.model)) for name, found in report.metrics.items()]
        return cls(
            verdict=report.verdict,
            summary=report.summary,
            deployed=report.deployed,
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


class Entry(Versioned):
    """What one ``step`` (``train``, ``qa-plan``, ``prod-test``, …) found or did with a release."""

    # As of the parts above.
    model_config = ConfigDict(extra="ignore", frozen=True)

    schema_version: int = 1
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
    def parse(cls, body: bytes, source: str = ENTRY_FILE) -> Self:
        """The entry of an ``entry.json``, whose key is ``source``.

        Raises:
            InvalidInputError: with every problem of it.
        """
        return parse_json_bytes(body, source, cls)
