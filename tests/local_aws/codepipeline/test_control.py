"""Executions controlled: stopped, retried, queued, superseded, held back, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.codepipeline.pipelines import Pipelines

QUICK = "version: 0.2\nphases: {build: {commands: ['true']}}"


def waiting_for(file: Path) -> str:
    return f"version: 0.2\nphases: {{build: {{commands: ['until [ -f {file} ]; do sleep .05; done']}}}}"


def in_build(pipelines: Pipelines, pipeline: str, stage: str = "SlowStage") -> str:
    """Wait until the pipeline's action runs a build; the execution's id."""
    state = pipelines.until(
        lambda: pipelines.state(pipeline, stage),
        lambda got: "externalExecutionId" in got["actionStates"][0].get("latestExecution", {}),
    )
    return str(state["latestExecution"]["pipelineExecutionId"])


def test_a_failed_stage_can_be_retried_and_only_what_failed_runs_again(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    fixed, count = pipelines.folder / "fixed", pipelines.folder / "count"
    counting = f"version: 0.2\nphases: {{build: {{commands: ['echo once >> {count}']}}}}"
    pipeline = pipelines.create(
        [
            pipelines.build("Count", counting),
            pipelines.build("Flaky", f"version: 0.2\nphases: {{build: {{commands: ['test -f {fixed}']}}}}"),
        ],
        [pipelines.build("After", QUICK)],
    )
    execution = pipelines.first(pipeline)
    assert execution["status"] == "Failed"
    retry = {
        "pipelineName": pipeline,
        "stageName": "CountStage",
        "pipelineExecutionId": execution["pipelineExecutionId"],
    }
    fixed.touch()
    pipelines.client.retry_stage_execution(**retry, retryMode="FAILED_ACTIONS")
    again = pipelines.finished(pipeline, execution["pipelineExecutionId"])
    assert again["status"] == "Succeeded", again["statusSummary"]
    assert count.read_text() == "once\n"
    assert pipelines.state(pipeline, "CountStage")["retryStageMetadata"]["manualStageRetryAttempt"] == 1
    listed = pipelines.client.list_action_executions(pipelineName=pipeline)["actionExecutionDetails"]
    flaky = [detail["status"] for detail in listed if detail["actionName"] == "Flaky"]
    assert flaky == ["Succeeded", "Failed"]
    with pytest.raises(ClientError, match="StageNotRetryableException"):
        pipelines.client.retry_stage_execution(**retry, retryMode="FAILED_ACTIONS")


def test_a_stage_can_be_retried_whole_but_not_after_a_newer_execution(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    count = pipelines.folder / "count"
    counting = f"version: 0.2\nphases: {{build: {{commands: ['echo once >> {count}']}}}}"
    failing = "version: 0.2\nphases: {build: {commands: ['false']}}"
    pipeline = pipelines.create([pipelines.build("Count", counting), pipelines.build("Fail", failing)])
    old = pipelines.first(pipeline)["pipelineExecutionId"]
    stage = {"pipelineName": pipeline, "stageName": "CountStage", "pipelineExecutionId": old}
    pipelines.client.retry_stage_execution(**stage, retryMode="ALL_ACTIONS")
    assert pipelines.finished(pipeline, old)["status"] == "Failed"
    assert count.read_text() == "once\nonce\n"
    pipelines.run(pipeline)
    with pytest.raises(ClientError, match="NotLatestPipelineExecutionException"):
        pipelines.client.retry_stage_execution(**stage, retryMode="ALL_ACTIONS")


def test_abandoning_an_execution_stops_its_build(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create(
        [pipelines.build("Slow", waiting_for(pipelines.folder / "never"))], [pipelines.build("After", QUICK)]
    )
    execution = in_build(pipelines, pipeline)
    stop = {"pipelineName": pipeline, "pipelineExecutionId": execution}
    pipelines.client.stop_pipeline_execution(**stop, abandon=True, reason="not needed")
    assert pipelines.finished(pipeline, execution)["status"] == "Stopped"
    detail = pipelines.details(pipeline, execution)["Slow"]
    assert detail["status"] == "Abandoned"
    build = pipelines.builds.finished(detail["output"]["executionResult"]["externalExecutionId"])
    assert build["buildStatus"] == "STOPPED"
    listed = pipelines.executions(pipeline)
    assert listed[0]["stopTrigger"] == {"reason": "not needed"}
    with pytest.raises(ClientError, match="PipelineExecutionNotStoppableException"):
        pipelines.client.stop_pipeline_execution(**stop)


def test_stopping_waits_for_the_build_and_goes_no_further(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    go = pipelines.folder / "go"
    pipeline = pipelines.create([pipelines.build("Slow", waiting_for(go))], [pipelines.build("After", QUICK)])
    execution = in_build(pipelines, pipeline)
    stop = {"pipelineName": pipeline, "pipelineExecutionId": execution}
    pipelines.client.stop_pipeline_execution(**stop)
    assert pipelines.get(pipeline, execution)["status"] == "Stopping"
    assert pipelines.state(pipeline, "SlowStage")["latestExecution"]["status"] == "Stopping"
    with pytest.raises(ClientError, match="DuplicatedStopRequestException"):
        pipelines.client.stop_pipeline_execution(**stop)
    go.touch()
    assert pipelines.finished(pipeline, execution)["status"] == "Stopped"
    assert pipelines.details(pipeline, execution)["Slow"]["status"] == "Succeeded"
    assert "latestExecution" not in pipelines.state(pipeline, "AfterStage")


def test_queued_executions_take_turns_in_order(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    go = pipelines.folder / "go"
    pipeline = pipelines.create([pipelines.build("Slow", waiting_for(go))], executionMode="QUEUED")
    first = in_build(pipelines, pipeline)
    others = [pipelines.start(pipeline) for _ in range(2)]
    state = pipelines.until(
        lambda: pipelines.state(pipeline, "SlowStage"), lambda got: len(got.get("inboundExecutions", [])) == 2
    )
    assert [each["pipelineExecutionId"] for each in state["inboundExecutions"]] == others
    assert state["inboundExecution"]["pipelineExecutionId"] == others[0]
    assert state["latestExecution"]["pipelineExecutionId"] == first
    go.touch()
    ended = [pipelines.finished(pipeline, each) for each in (first, *others)]
    assert [each["status"] for each in ended] == ["Succeeded"] * 3
    slow = [pipelines.details(pipeline, each)["Slow"] for each in (first, *others)]
    assert (
        slow[0]["lastUpdateTime"] <= slow[1]["startTime"] <= slow[1]["lastUpdateTime"] <= slow[2]["startTime"]
    )


def test_a_newer_execution_supersedes_the_one_that_waits(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    go = pipelines.folder / "go"
    pipeline = pipelines.create([pipelines.build("Slow", waiting_for(go))])
    first = in_build(pipelines, pipeline)
    second = pipelines.start(pipeline)
    pipelines.until(lambda: pipelines.state(pipeline, "SlowStage"), lambda got: "inboundExecution" in got)
    third = pipelines.start(pipeline)
    assert pipelines.finished(pipeline, second)["status"] == "Superseded"
    go.touch()
    assert pipelines.finished(pipeline, first)["status"] == "Succeeded"
    assert pipelines.finished(pipeline, third)["status"] == "Succeeded"


def test_parallel_executions_do_not_wait_for_each_other(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    go = pipelines.folder / "go"
    pipeline = pipelines.create([pipelines.build("Slow", waiting_for(go))], executionMode="PARALLEL")
    executions = [in_build(pipelines, pipeline), pipelines.start(pipeline), pipelines.start(pipeline)]
    for execution in executions:
        pipelines.until(
            lambda execution=execution: pipelines.details(pipeline, execution),  # type: ignore[misc]
            lambda got: "Slow" in got,
        )
    go.touch()
    assert {pipelines.finished(pipeline, each)["status"] for each in executions} == {"Succeeded"}


def test_a_disabled_transition_holds_executions_back(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([pipelines.build("Build", QUICK)], executionMode="QUEUED")
    pipelines.first(pipeline)
    way = {"pipelineName": pipeline, "stageName": "BuildStage", "transitionType": "Inbound"}
    pipelines.client.disable_stage_transition(**way, reason="freeze")
    execution = pipelines.start(pipeline)
    state = pipelines.until(
        lambda: pipelines.state(pipeline, "BuildStage"), lambda got: "inboundExecution" in got
    )
    assert state["inboundTransitionState"]["disabledReason"] == "freeze"
    assert state["inboundTransitionState"]["enabled"] is False
    assert pipelines.get(pipeline, execution)["status"] == "InProgress"
    pipelines.client.enable_stage_transition(**way)
    assert pipelines.finished(pipeline, execution)["status"] == "Succeeded"


def test_an_execution_that_waits_can_be_stopped(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([pipelines.build("Build", QUICK)])
    pipelines.first(pipeline)
    way = {"pipelineName": pipeline, "stageName": "BuildStage", "transitionType": "Inbound"}
    pipelines.client.disable_stage_transition(**way, reason="freeze")
    execution = pipelines.start(pipeline)
    pipelines.until(lambda: pipelines.state(pipeline, "BuildStage"), lambda got: "inboundExecution" in got)
    pipelines.client.stop_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution)
    assert pipelines.finished(pipeline, execution)["status"] == "Stopped"
    assert "inboundExecution" not in pipelines.state(pipeline, "BuildStage")


def test_deleting_a_pipeline_stops_its_builds(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([pipelines.build("Slow", waiting_for(pipelines.folder / "never"))])
    execution = in_build(pipelines, pipeline)
    build = pipelines.details(pipeline, execution)["Slow"]["output"]["executionResult"]["externalExecutionId"]
    pipelines.client.delete_pipeline(name=pipeline)
    assert pipelines.builds.finished(build)["buildStatus"] == "STOPPED"
    with pytest.raises(ClientError, match="PipelineNotFoundException"):
        pipelines.client.get_pipeline_state(name=pipeline)


def test_one_request_token_starts_one_execution(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([pipelines.build("Build", QUICK)])
    started = {pipelines.start(pipeline, clientRequestToken="the-same") for _ in range(2)}
    assert len(started) == 1


def test_what_cannot_be_started_or_found_is_refused(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([pipelines.build("Build", QUICK)], variables=[{"name": "stage"}])
    client = pipelines.client
    with pytest.raises(ClientError, match=r"ValidationException.*stage: no value and no default"):
        pipelines.start(pipeline)
    with pytest.raises(ClientError, match=r"ValidationException.*other: no such variable"):
        pipelines.start(
            pipeline, variables=[{"name": "stage", "value": "x"}, {"name": "other", "value": "x"}]
        )
    with pytest.raises(ClientError, match="PipelineNotFoundException"):
        pipelines.start("no-such-pipeline")
    with pytest.raises(ClientError, match="PipelineExecutionNotFoundException"):
        pipelines.get(pipeline, "00000000-0000-0000-0000-000000000000")
    with pytest.raises(ClientError, match="StageNotFoundException"):
        client.disable_stage_transition(
            pipelineName=pipeline, stageName="None", transitionType="Inbound", reason="x"
        )
