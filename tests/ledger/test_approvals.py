"""Who approved, from a pipeline of the local AWS."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.server import LocalAws
from mlops.ledger.approvals import approval_of
from tests.local_aws.codebuild.builds import Builds
from tests.local_aws.codepipeline.pipelines import Pipelines, action


@pytest.fixture
def pipelines(aws: LocalAws, tmp_path: Path) -> Pipelines:
    builds = Builds(aws, "approvals")
    builds.s3.create_bucket(
        Bucket=builds.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return Pipelines(aws, tmp_path, builds)


def test_the_person_the_moment_and_the_words_of_an_approval(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([action("Approve", "Manual")])
    execution = pipelines.executions(pipeline)[-1]["pipelineExecutionId"]
    waiting = pipelines.until(
        lambda: pipelines.action_state(pipeline, "ApproveStage", "Approve"),
        lambda state: bool(state.get("latestExecution", {}).get("token")),
    )
    assert approval_of(pipelines.client, pipeline, execution) is None
    pipelines.client.put_approval_result(
        pipelineName=pipeline,
        stageName="ApproveStage",
        actionName="Approve",
        result={"summary": "looks good", "status": "Approved"},
        token=waiting["latestExecution"]["token"],
    )
    pipelines.finished(pipeline, execution)
    given = approval_of(pipelines.client, pipeline, execution)
    assert given is not None
    assert given.by.startswith("arn:aws:iam::123456789012:")
    assert given.said == "looks good"
    assert given.at >= pipelines.executions(pipeline)[-1]["startTime"]
