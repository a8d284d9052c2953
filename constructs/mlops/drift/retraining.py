"""Starting the pipeline where drift was found: once for each release, and not beside a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlops.ledger.entry import Entry

_UNDER_WAY = ("InProgress", "Stopping")


def retrain(codepipeline: Any, pipeline: str, earlier: Sequence[Entry]) -> tuple[str | None, str]:
    """The execution that was started, or None; and in a sentence what was done and why.

    ``earlier`` is what the ledger has of the release in service.

    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StartPipelineExecution.html
    """
    started = next((each.drift.retraining for each in earlier if each.drift and each.drift.retraining), None)
    if started:
        return None, f"Not retrained again: this release's drift has started the execution {started} already."
    newest = codepipeline.list_pipeline_executions(pipelineName=pipeline, maxResults=20)
    for execution in newest["pipelineExecutionSummaries"]:
        if execution["status"] in _UNDER_WAY:
            number = execution["pipelineExecutionId"]
            return None, f"Not retrained: {pipeline} is at the execution {number}."
    execution_id = str(codepipeline.start_pipeline_execution(name=pipeline)["pipelineExecutionId"])
    return execution_id, f"Retraining: {pipeline} was started as the execution {execution_id}."
