"""What GetPipelineState tells of a pipeline.

Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html
"""

from __future__ import annotations

from typing import Any

from local_aws.codepipeline.declaration import Action, Declaration, Stage
from local_aws.codepipeline.execution import IN_PROGRESS, STOPPING, ActionExecution, StageExecution
from local_aws.codepipeline.pipeline import Gate, Pipeline


def describe_stages(pipeline: Pipeline, declaration: Declaration) -> list[dict[str, Any]]:
    """The API's ``StageState`` of every stage."""
    with pipeline.changed:
        return [_stage(pipeline, stage, pipeline.gate(stage.name)) for stage in declaration.stages]


def _stage(pipeline: Pipeline, stage: Stage, gate: Gate) -> dict[str, Any]:
    inbound = [{"pipelineExecutionId": e.id, "status": IN_PROGRESS, "type": "STANDARD"} for e in gate.waiting]
    transition: dict[str, Any] = {"enabled": gate.transition.enabled}
    if gate.transition.changed_at:
        transition["lastChangedAt"] = round(gate.transition.changed_at, 3)
        transition["lastChangedBy"] = gate.transition.changed_by
    if not gate.transition.enabled:
        transition["disabledReason"] = gate.transition.reason
    state: dict[str, Any] = {
        "stageName": stage.name,
        "inboundExecutions": inbound,
        "inboundTransitionState": transition,
        "actionStates": [_action(action, gate.actions.get(action.name)) for action in stage.actions],
    }
    if inbound:
        state["inboundExecution"] = inbound[0]
    if gate.latest is not None:
        state["latestExecution"] = {
            "pipelineExecutionId": gate.latest.execution_id,
            "status": stage_status(pipeline, gate.latest),
            "type": "STANDARD",
        }
        if gate.latest.retries:
            state["retryStageMetadata"] = {
                "manualStageRetryAttempt": gate.latest.retries,
                "latestRetryTrigger": "ManualStageRetry",
            }
    return state


def stage_status(pipeline: Pipeline, stay: StageExecution) -> str:
    """The stage's status, which is Stopping while its execution is."""
    execution = pipeline.executions[stay.execution_id]
    stopping = stay.status == IN_PROGRESS and execution.status == STOPPING
    return STOPPING if stopping else stay.status


def _action(action: Action, run: ActionExecution | None) -> dict[str, Any]:
    state: dict[str, Any] = {"actionName": action.name}
    if run is None:
        return state
    latest = {
        "actionExecutionId": run.id,
        "status": run.status,
        "summary": run.summary,
        "lastStatusChange": round(run.updated, 3),
        "token": run.token if run.status == IN_PROGRESS else "",
        "lastUpdatedBy": run.updated_by,
        "externalExecutionId": run.external_id,
        "externalExecutionUrl": run.external_url,
        "logStreamARN": run.log_stream_arn,
    }
    state["latestExecution"] = {key: value for key, value in latest.items() if value != ""}
    if run.error is not None:
        state["latestExecution"]["errorDetails"] = {"code": run.error.code, "message": run.error.message}
    if run.entity_url:
        state["entityUrl"] = run.entity_url
    if run.revision is not None:
        state["revisionUrl"] = run.revision.url
        state["currentRevision"] = {
            "revisionId": run.revision.id,
            "revisionChangeId": run.revision.id,
            "created": round(run.revision.created, 3),
        }
    return {key: value for key, value in state.items() if value != ""}
