"""What the API tells of executions and of their actions.

Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecution.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.codebuild.job import S3Object
from local_aws.codepipeline.execution import ActionExecution, Execution


def describe(execution: Execution) -> dict[str, Any]:
    """The API's ``PipelineExecution``."""
    return {
        "pipelineName": execution.declaration.name,
        "pipelineVersion": execution.declaration.version,
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "statusSummary": execution.summary,
        "artifactRevisions": [
            {
                "name": name,
                "revisionId": run.revision.id,
                "revisionSummary": run.revision.summary,
                "revisionUrl": run.revision.url,
                "created": round(run.revision.created, 3),
            }
            for run in execution.source_actions
            for name in run.action.outputs
            if run.revision is not None
        ],
        "variables": [{"name": name, "resolvedValue": v} for name, v in execution.variables.items()],
        "trigger": {"triggerType": execution.trigger.kind, "triggerDetail": execution.trigger.detail},
        "executionMode": execution.declaration.mode,
        "executionType": "STANDARD",
    }


def summarize(execution: Execution) -> dict[str, Any]:
    """The API's ``PipelineExecutionSummary``."""
    whole = describe(execution)
    kept = ("pipelineExecutionId", "status", "statusSummary", "trigger", "executionMode", "executionType")
    summary = {key: whole[key] for key in kept} | {
        "startTime": round(execution.started, 3),
        "lastUpdateTime": round(execution.updated, 3),
        "sourceRevisions": [
            {
                "actionName": run.action.name,
                "revisionId": run.revision.id,
                "revisionSummary": run.revision.summary,
                "revisionUrl": run.revision.url,
            }
            for run in execution.source_actions
            if run.revision is not None
        ],
    }
    if execution.stop_reason is not None:
        summary["stopTrigger"] = {"reason": execution.stop_reason}
    return summary


def detail(execution: Execution, run: ActionExecution) -> dict[str, Any]:
    """The API's ``ActionExecutionDetail``."""
    result: dict[str, Any] = {
        "externalExecutionId": run.external_id,
        "externalExecutionSummary": run.summary,
        "externalExecutionUrl": run.external_url,
        "logStreamARN": run.log_stream_arn,
    }
    if run.error is not None:
        result["errorDetails"] = {"code": run.error.code, "message": run.error.message}
    shown = run.action.shown_configuration
    outputs = run.outputs if run.status == "Succeeded" else {}
    described = {
        "pipelineExecutionId": execution.id,
        "actionExecutionId": run.id,
        "pipelineVersion": execution.declaration.version,
        "stageName": run.action.stage,
        "actionName": run.action.name,
        "startTime": round(run.started, 3),
        "lastUpdateTime": round(run.updated, 3),
        "updatedBy": run.updated_by,
        "status": run.status,
        "input": {
            "actionTypeId": run.action.type_id,
            "configuration": shown,
            "resolvedConfiguration": dict(run.configuration) | _hidden(shown),
            "inputArtifacts": _artifacts(run.inputs),
            **({"namespace": run.action.namespace} if run.action.namespace else {}),
            **({"region": run.action.region} if run.action.region else {}),
        },
        "output": {
            "outputArtifacts": _artifacts(outputs),
            "executionResult": {key: value for key, value in result.items() if value},
            "outputVariables": dict(run.variables),
        },
    }
    return {key: value for key, value in described.items() if value != ""}


def _hidden(shown: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in shown.items() if text == "****"}


def _artifacts(artifacts: Mapping[str, S3Object]) -> list[dict[str, Any]]:
    return [
        {"name": name, "s3location": {"bucket": where.bucket, "key": where.key}}
        for name, where in artifacts.items()
    ]
