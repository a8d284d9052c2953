"""Drift starts the pipeline once for a release, and not beside an execution."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from mlops.drift.retraining import retrain
from mlops.ledger.entry import DriftFacts, Entry


@dataclass
class CodePipeline:
    """A pipeline with executions of these statuses, the newest first."""

    statuses: tuple[str, ...] = ()
    started: list[str] = field(default_factory=list)

    def list_pipeline_executions(self, **_: Any) -> dict[str, Any]:
        executions = [
            {"pipelineExecutionId": f"e{number}", "status": status}
            for number, status in enumerate(self.statuses)
        ]
        return {"pipelineExecutionSummaries": executions}

    def start_pipeline_execution(self, name: str) -> dict[str, Any]:
        self.started.append(name)
        return {"pipelineExecutionId": "new"}


def found(retraining: str | None) -> Entry:
    facts = DriftFacts(verdict="drift", summary="DRIFT", retraining=retraining)
    return Entry(step="monitoring", release_id="r", at=datetime(2026, 1, 2, tzinfo=UTC), drift=facts)


@pytest.mark.parametrize(
    "earlier", [[], [found(None)]], ids=["the first drift", "a drift that started nothing"]
)
def test_drift_starts_the_pipeline(earlier: list[Entry]) -> None:
    pipeline = CodePipeline(("Failed", "Succeeded", "Superseded"))
    assert retrain(pipeline, "p", earlier) == ("new", "Retraining: p was started as the execution new.")
    assert pipeline.started == ["p"]


@pytest.mark.parametrize("status", ["InProgress", "Stopping"])
def test_nothing_is_started_beside_an_execution(status: str) -> None:
    pipeline = CodePipeline(("Succeeded", status))
    assert retrain(pipeline, "p", []) == (None, "Not retrained: p is at the execution e1.")
    assert pipeline.started == []


def test_a_release_is_retrained_once() -> None:
    pipeline = CodePipeline()
    execution, said = retrain(pipeline, "p", [found("e7"), found(None)])
    assert execution is None
    assert said == "Not retrained again: this release's drift has started the execution e7 already."
    assert pipeline.started == []
