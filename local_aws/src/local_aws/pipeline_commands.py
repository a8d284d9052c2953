"""The commands about pipelines: follow what runs, and answer an approval."""

from __future__ import annotations

import http.client
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError

from local_aws.command import FOLDER
from local_aws.faults import BAD_INPUT
from local_aws.push_client import relay
from local_aws.runtime import Runtime
from local_aws.terminal import INTERRUPTED, Folder, fail, running


def follow(
    pipeline: Annotated[str | None, typer.Argument(help="A pipeline; left out, all that run.")] = None,
    folder: Folder = FOLDER,
) -> None:
    """Follow pipelines until they have ended or wait for a person."""
    _follow(running(folder), pipeline)


def approve(
    pipeline: Annotated[str, typer.Argument(help="The pipeline that waits.")],
    reject: Annotated[bool, typer.Option("--reject", help="Refuse.")] = False,
    comment: Annotated[str, typer.Option(help="A word on why.")] = "decided at the terminal",
    folder: Folder = FOLDER,
) -> None:
    """Answer a pipeline's waiting approval, then follow the pipeline."""
    runtime = running(folder)
    codepipeline = runtime.client("codepipeline")
    try:
        state = codepipeline.get_pipeline_state(name=pipeline)
    except ClientError as error:
        fail(error.response["Error"]["Message"], BAD_INPUT)
    waiting = _waiting(state)
    if waiting is None:
        fail(f"No approval of {pipeline} waits.", BAD_INPUT)
    result = {"status": "Rejected" if reject else "Approved", "summary": comment}
    codepipeline.put_approval_result(pipelineName=pipeline, result=result, **waiting)
    typer.echo(f"{result['status']}: {pipeline}, {waiting['stageName']} / {waiting['actionName']}")
    _follow(runtime, pipeline)


def _waiting(state: dict[str, Any]) -> dict[str, str] | None:
    """The approval that waits, as PutApprovalResult names it."""
    for stage in state["stageStates"]:
        for action in stage["actionStates"]:
            token = action.get("latestExecution", {}).get("token")
            if token:
                return {"stageName": stage["stageName"], "actionName": action["actionName"], "token": token}
    return None


def _follow(runtime: Runtime, pipeline: str | None) -> None:
    try:
        well = relay(runtime.endpoint_url, "/local-aws/follow", {"pipeline": pipeline}, typer.echo)
    except (OSError, http.client.HTTPException):
        fail("The local AWS has stopped, and what ran on it.")
    except KeyboardInterrupt:
        fail("The pipelines go on.", INTERRUPTED)
    if not well:
        raise typer.Exit(1)
