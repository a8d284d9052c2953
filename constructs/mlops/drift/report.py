"""What a run found: the model behind ``drift.json``."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from mlops.gate.report import one_line
from mlops.ledger.entry import DriftFacts
from mlops.spec.gate_report import Check

Verdict = Literal["no drift", "drift", "not judged"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Bin(_Frozen):
    """The shares of the reference's rows and of the captured ones that are in one bin."""

    label: str
    expected: float
    found: float


class ColumnFindings(_Frozen):
    """One column: how it was judged, and both distributions where there were any rows."""

    name: str
    side: str
    check: Check
    bins: tuple[Bin, ...] = ()


class DriftReport(_Frozen):
    """``drift.json``."""

    schema_version: Literal[2] = 2
    verdict: Verdict
    summary: str
    example: str
    endpoint: str
    release_id: str
    commit: str
    trained_on_rows: int
    since: datetime
    until: datetime
    requests: int
    unreadable: int
    rows: int
    psi_tolerance: float
    false_alarm_rate: float
    columns: tuple[ColumnFindings, ...]
    retraining: str = ""

    @property
    def drifted(self) -> list[str]:
        """The columns that drifted."""
        return [each.check.name for each in self.columns if each.check.outcome == "fail"]

    def facts(self, execution_id: str | None) -> DriftFacts:
        """What the ledger's entry says of it; ``execution_id`` is of the retraining that it started."""
        return DriftFacts(verdict=self.verdict, summary=self.summary, retraining=execution_id)


def verdict_of(columns: tuple[ColumnFindings, ...]) -> Verdict:
    """Drift if any column drifted; "not applicable" alone is no verdict."""
    outcomes = {each.check.outcome for each in columns}
    return "drift" if "fail" in outcomes else "no drift" if "pass" in outcomes else "not judged"


def summary_of(verdict: Verdict, columns: tuple[ColumnFindings, ...], rows: int) -> str:
    """The verdict with what it rests on, in one line as a gate's."""
    outcome = {"drift": "fail", "no drift": "pass", "not judged": "not applicable"}[verdict]
    named = [each.check for each in columns if each.check.outcome == outcome]
    if verdict == "no drift":
        return one_line(verdict, [f"{len(named)} columns of {rows:,} rows are as in training"])
    return one_line(verdict, [_brief(check) for check in named])


def _brief(check: Check) -> str:
    if check.value is None:
        return f"{check.name}: {check.reason}"
    return f"{check.name} {check.value:.3f} misses {check.limit}"
