"""Entries by the minute."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from mlops.ledger.entry import Approval, AutomaticRollback, Entry, GateFacts, NamedFigure, PlanFacts

Verdict = Literal["passed", "blocked", "not judged"]
PERSON = "arn:aws:sts::123456789012:assumed-role/Release/ann"


def at(minute: int) -> datetime:
    return datetime(2026, 1, 2, 3, minute, tzinfo=UTC)


def trained(release: str, minute: int) -> Entry:
    files = ("release.json", "held_out.parquet")
    return Entry(step="train", release_id=release, at=at(minute), commit="c" * 40, files=files)


def planned(release: str, minute: int, environment: str = "prod") -> Entry:
    facts = PlanFacts(summary="2 to add, 1 to change, 0 to destroy", sha256="a" * 64)
    return Entry(
        step=f"{environment}-plan", release_id=release, at=at(minute), plan=facts, files=("plan.txt",)
    )


def reviewed(release: str, minute: int) -> Entry:
    facts = PlanFacts(summary="2 REPLACED, 1 changed; nothing is lost for good", sha256="a" * 64)
    files = ("review.html", "review.txt")
    return Entry(step="prod-review", release_id=release, at=at(minute), plan=facts, files=files)


def judged(
    release: str,
    minute: int,
    environment: str = "prod",
    verdict: Verdict = "passed",
    *,
    deployed: bool = True,
    approved: bool = False,
    way_back: AutomaticRollback | None = None,
) -> Entry:
    facts = GateFacts(
        verdict=verdict,
        summary=f"{verdict.upper()}: accuracy 0.713",
        deployed=deployed,
        figure=NamedFigure(name="accuracy", value=0.713, low=0.703, high=0.724),
    )
    approval = Approval(by=PERSON, at=at(minute), said="looks good") if approved else None
    return Entry(
        step=f"{environment}-test",
        release_id=release,
        at=at(minute),
        gate=facts,
        approval=approval,
        way_back=way_back,
        files=("gate.json", "gate.html"),
    )
