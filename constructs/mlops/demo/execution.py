"""One execution of a pipeline, followed through CodePipeline's own API."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_POLL_SECONDS = 0.5
_LOG_EVENTS = 200
# The gate's table with its verdict, or Terraform's error with the advice after it.
_LAST_LINES = 40
_CODEBUILD = "[Container]"
# Where Terraform's progress ends and its complaint begins.
_TERRAFORM = "Error: "
_PHASE_FAILED = re.compile(r"^\[Container\].* Phase complete: \w+ State: (?!SUCCEEDED)")


@dataclass(frozen=True)
class Action:
    """One action of the execution, as ListActionExecutions tells it."""

    stage: str
    name: str
    status: str
    summary: str
    external_id: str
    output_artifacts: dict[str, tuple[str, str]]
    output_variables: dict[str, str]


class Execution:
    """A pipeline's execution: its actions as they change, its artifacts, its approval."""

    def __init__(self, client: Callable[[str], Any], pipeline: str, execution_id: str) -> None:
        """``client`` gives a boto3 client by its service's name."""
        self._client = client
        self._codepipeline = client("codepipeline")
        self.pipeline = pipeline
        self.id = execution_id

    def status(self) -> str:
        """``InProgress``, ``Succeeded``, ``Failed``, ``Stopped`` …"""
        reply = self._codepipeline.get_pipeline_execution(
            pipelineName=self.pipeline, pipelineExecutionId=self.id
        )
        return str(reply["pipelineExecution"]["status"])

    def actions(self) -> list[Action]:
        """Every action that has started, the first first."""
        pages = self._codepipeline.get_paginator("list_action_executions").paginate(
            pipelineName=self.pipeline, filter={"pipelineExecutionId": self.id}
        )
        details = [detail for page in pages for detail in page["actionExecutionDetails"]]
        return [_action(detail) for detail in reversed(details)]

    def follow(self) -> Iterator[list[Action]]:
        """The actions at every look, the last time after the execution has ended."""
        while True:
            ended = self.status() not in ("InProgress", "Stopping")
            yield self.actions()
            if ended:
                return
            time.sleep(_POLL_SECONDS)

    def save_artifacts(self, folder: Path) -> None:
        """Unpack every output artifact into ``folder/<artifact>/``, once."""
        for action in self.actions():
            for artifact, (bucket, key) in action.output_artifacts.items():
                if not (folder / artifact).exists():
                    body = self._client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
                    with zipfile.ZipFile(io.BytesIO(body)) as archive:
                        archive.extractall(folder / artifact)

    def last_words(self, action: Action) -> str:
        """What an action's build printed last before it failed, or the action's own summary.

        What it did about it afterwards, such as PROD's rollback, ends with a paragraph, which follows.
        """
        builds = (
            self._client("codebuild").batch_get_builds(ids=[action.external_id])["builds"]
            if ":" in action.external_id
            else []
        )
        if not builds:
            return action.summary
        logs = builds[0]["logs"]
        events = self._client("logs").get_log_events(
            logGroupName=logs["groupName"], logStreamName=logs["streamName"], limit=_LOG_EVENTS
        )["events"]
        lines = "".join(f"{event['message'].rstrip()}\n" for event in events).splitlines()
        failed = next((number for number, line in enumerate(lines) if _PHASE_FAILED.search(line)), len(lines))
        said = _own(lines[:failed])
        error = next((number for number, line in enumerate(said) if line.startswith(_TERRAFORM)), 0)
        _, paragraph, afterwards = "\n".join(["", *_own(lines[failed:])]).rstrip().rpartition("\n\n")
        told = "\n".join(said[error:][-_LAST_LINES:]) + paragraph + afterwards * bool(paragraph)
        return told.strip() or action.summary

    def decide(self, stage: str, action: str, approved: bool, summary: str) -> None:
        """Approve or reject the action once it waits for that; nothing where the execution ends before."""
        token = self._token(stage, action)
        while token is None and self.status() == "InProgress":
            time.sleep(_POLL_SECONDS)
            token = self._token(stage, action)
        if token is None:
            return
        self._codepipeline.put_approval_result(
            pipelineName=self.pipeline,
            stageName=stage,
            actionName=action,
            token=token,
            result={"status": "Approved" if approved else "Rejected", "summary": summary},
        )

    def _token(self, stage: str, action: str) -> str | None:
        """What an answer is given with; an approval has it a moment after it has begun."""
        state = self._codepipeline.get_pipeline_state(name=self.pipeline)
        found = [
            action_state.get("latestExecution", {})
            for stage_state in state["stageStates"]
            if stage_state["stageName"] == stage
            for action_state in stage_state["actionStates"]
            if action_state["actionName"] == action
        ]
        return next((latest.get("token") for latest in found), None)


def _own(lines: list[str]) -> list[str]:
    """What the commands printed, without what CodeBuild says of them."""
    return [line for line in lines if not line.startswith(_CODEBUILD)]


def _action(detail: dict[str, Any]) -> Action:
    output = detail.get("output", {})
    result = output.get("executionResult", {})
    error = result.get("errorDetails", {})
    return Action(
        stage=detail["stageName"],
        name=detail["actionName"],
        status=detail["status"],
        external_id=result.get("externalExecutionId", ""),
        summary=error.get("message") or result.get("externalExecutionSummary") or "",
        output_artifacts={
            artifact["name"]: (artifact["s3location"]["bucket"], artifact["s3location"]["key"])
            for artifact in output.get("outputArtifacts", [])
        },
        output_variables=dict(output.get("outputVariables", {})),
    )
