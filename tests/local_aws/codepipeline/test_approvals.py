"""Manual approvals: the question, the answer, nobody's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.codepipeline.engine import CodePipeline
from tests.local_aws.codepipeline.pipelines import Pipelines, action

QUICK = "version: 0.2\nphases: {build: {commands: ['true']}}"


def ask(pipelines: Pipelines, **settings: Any) -> tuple[str, dict[str, Any]]:
    """A pipeline that waits for its approval, and the approval's state."""
    pipelines.commit({"a": "b"}, "The change")
    configuration = {
        "CustomData": "Commit: #{Commit.CommitMessage}",
        "ExternalEntityLink": "https://example.com/plan",
    }
    configuration |= settings.pop("configuration", {})
    approve = action("Approve", "Manual", configuration=configuration, **settings)
    pipeline = pipelines.create([approve], [pipelines.build("Deploy", QUICK)])
    state = pipelines.until(
        lambda: pipelines.action_state(pipeline, "ApproveStage", "Approve"),
        lambda got: (
            bool(got.get("latestExecution", {}).get("token"))
            or got.get("latestExecution", {}).get("status") == "Failed"
        ),
    )
    return pipeline, state


def answer(pipelines: Pipelines, pipeline: str, token: str, status: str = "Approved") -> Any:
    return pipelines.client.put_approval_result(
        pipelineName=pipeline,
        stageName="ApproveStage",
        actionName="Approve",
        result={"summary": "the word of a person", "status": status},
        token=token,
    )


def test_an_approval_shows_its_evidence_and_lets_the_execution_go_on(pipelines: Pipelines) -> None:
    pipeline, state = ask(pipelines)
    assert state["latestExecution"]["status"] == "InProgress"
    assert state["latestExecution"]["summary"] == "Commit: The change"
    assert state["entityUrl"] == "https://example.com/plan"
    assert "latestExecution" not in pipelines.state(pipeline, "DeployStage")
    token = state["latestExecution"]["token"]
    with pytest.raises(ClientError, match="InvalidApprovalTokenException"):
        answer(pipelines, pipeline, "00000000-0000-0000-0000-000000000000")
    assert "approvedAt" in answer(pipelines, pipeline, token)
    assert pipelines.first(pipeline)["status"] == "Succeeded"
    after = pipelines.action_state(pipeline, "ApproveStage", "Approve")["latestExecution"]
    assert after["summary"] == "the word of a person"
    assert "token" not in after
    assert after["lastUpdatedBy"].startswith("arn:aws:iam::")
    with pytest.raises(ClientError, match="ApprovalAlreadyCompletedException"):
        answer(pipelines, pipeline, token)


def test_a_refused_approval_ends_the_execution(pipelines: Pipelines) -> None:
    pipeline, state = ask(pipelines)
    answer(pipelines, pipeline, state["latestExecution"]["token"], "Rejected")
    execution = pipelines.first(pipeline)
    assert execution["status"] == "Failed"
    assert "the word of a person" in execution["statusSummary"]
    after = pipelines.action_state(pipeline, "ApproveStage", "Approve")["latestExecution"]
    assert after["errorDetails"]["code"] == "ApprovalRejected"
    assert "latestExecution" not in pipelines.state(pipeline, "DeployStage")


def test_an_approval_nobody_answers_fails(pipelines: Pipelines) -> None:
    limits = pipelines.aws.runtime.engine(CodePipeline).limits
    limits.approval_minutes, usual = 0, limits.approval_minutes
    try:
        pipeline, _ = ask(pipelines)
        execution = pipelines.first(pipeline)
    finally:
        limits.approval_minutes = usual
    assert execution["status"] == "Failed"
    assert "did not end within" in execution["statusSummary"]


def test_an_approval_with_a_time_of_its_own_waits_no_longer(pipelines: Pipelines) -> None:
    limits = pipelines.aws.runtime.engine(CodePipeline).limits
    # A minute is long enough for the other actions, and the approval's five pass before the usual 10,080.
    limits.seconds_per_minute, usual = 0.05, limits.seconds_per_minute
    limits.action_minutes, builds = 100_000, limits.action_minutes
    try:
        pipeline, _ = ask(pipelines, timeoutInMinutes=5)
        execution = pipelines.first(pipeline)
    finally:
        limits.seconds_per_minute, limits.action_minutes = usual, builds
    assert execution["status"] == "Failed"
    assert "did not end within" in execution["statusSummary"]


def test_subscribers_are_told_of_an_approval(pipelines: Pipelines) -> None:
    runtime = pipelines.aws.runtime
    topic = runtime.client("sns").create_topic(Name="approvals")["TopicArn"]
    queue = runtime.client("sqs").create_queue(QueueName="approvals")["QueueUrl"]
    runtime.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:123456789012:approvals"
    )
    pipeline, state = ask(pipelines, configuration={"NotificationArn": topic})
    received = runtime.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]
    notice = json.loads(received)
    approval = json.loads(notice["Message"])["approval"]
    assert notice["Subject"].startswith("APPROVAL NEEDED: AWS CodePipeline")
    assert approval["token"] == state["latestExecution"]["token"]
    assert approval["customData"] == "Commit: The change"
    answer(pipelines, pipeline, approval["token"])
    assert pipelines.first(pipeline)["status"] == "Succeeded"


def test_a_topic_that_is_not_there_fails_the_approval(pipelines: Pipelines) -> None:
    topic = "arn:aws:sns:eu-west-1:123456789012:no-such-topic"
    pipeline, _ = ask(pipelines, configuration={"NotificationArn": topic})
    assert f"NotificationArn {topic}" in pipelines.first(pipeline)["statusSummary"]


def test_an_approval_of_a_stage_or_action_that_is_not_there_is_refused(pipelines: Pipelines) -> None:
    pipeline, state = ask(pipelines)
    result = {"summary": "", "status": "Approved"}
    token = state["latestExecution"]["token"]
    for stage, name, code in (
        ("None", "Approve", "StageNotFoundException"),
        ("ApproveStage", "None", "ActionNotFoundException"),
        ("DeployStage", "Deploy", "InvalidApprovalTokenException"),
    ):
        with pytest.raises(ClientError, match=code):
            pipelines.client.put_approval_result(
                pipelineName=pipeline, stageName=stage, actionName=name, result=result, token=token
            )
    pipelines.client.delete_pipeline(name=pipeline)
