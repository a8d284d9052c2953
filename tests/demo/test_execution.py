"""An execution's approval is answered as soon as it can be, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws
from mlops.demo.execution import Execution
from tests.local_aws.codebuild.builds import Builds
from tests.local_aws.codepipeline.pipelines import Pipelines, action


@pytest.fixture
def pipelines(tmp_path: Path) -> Iterator[Pipelines]:
    with LocalAws(tmp_path / "aws") as aws:
        builds = Builds(aws, "artifacts")
        where = {"LocationConstraint": "eu-west-1"}
        builds.s3.create_bucket(Bucket=builds.bucket, CreateBucketConfiguration=where)
        yield Pipelines(aws, tmp_path, builds)


def asking(pipelines: Pipelines, **configuration: Any) -> Execution:
    """An execution that has only just begun, of a pipeline that asks for an approval."""
    pipeline = pipelines.create([action("Approve", "Manual", configuration=configuration)])
    execution = pipelines.executions(pipeline)[-1]["pipelineExecutionId"]
    return Execution(pipelines.aws.runtime.client, pipeline, execution)


def test_an_answer_given_before_the_approval_asks_is_kept_until_it_does(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    execution = asking(pipelines)
    execution.decide("ApproveStage", "Approve", True, "go")
    assert pipelines.first(execution.pipeline)["status"] == "Succeeded"


def test_an_answer_to_an_execution_that_ends_without_asking_is_for_nothing(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    execution = asking(pipelines, NotificationArn="arn:aws:sns:eu-west-1:123456789012:no-such-topic")
    execution.decide("ApproveStage", "Approve", True, "go")
    assert execution.status() == "Failed"
