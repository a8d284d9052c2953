"""Who approved an execution of the pipeline, as CodePipeline knows it."""

from __future__ import annotations

from typing import Any

from mlops.ledger.entry import Approval


def approval_of(codepipeline: Any, pipeline: str, execution_id: str) -> Approval | None:
    """The newest approval in an execution; None where nobody was asked.

    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionExecutionDetail.html
    """
    pages = codepipeline.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": execution_id}
    )
    given = [
        action
        for page in pages
        for action in page["actionExecutionDetails"]
        if action["status"] == "Succeeded"
        and action["input"].get("actionTypeId", {}).get("category") == "Approval"
    ]
    if not given:
        return None
    newest = max(given, key=lambda action: action["lastUpdateTime"])
    said = newest.get("output", {}).get("executionResult", {}).get("externalExecutionSummary", "")
    return Approval(by=newest.get("updatedBy", "unknown"), at=newest["lastUpdateTime"], said=said)
