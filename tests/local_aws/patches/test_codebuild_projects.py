"""CodeBuild projects as AWS keeps them.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from local_aws.server import LocalAws

ENVIRONMENT: dict[str, Any] = {
    "type": "LINUX_CONTAINER",
    "image": "aws/codebuild/standard:7.0",
    "computeType": "BUILD_GENERAL1_SMALL",
    "environmentVariables": [{"name": "A", "value": "1"}],
}


@pytest.fixture(scope="module")
def codebuild(aws: LocalAws) -> Any:
    return aws.runtime.client("codebuild")


@pytest.fixture
def project(codebuild: Any) -> str:
    """A project of a pipeline, which names no location."""
    name = f"project-{uuid4()}"
    codebuild.create_project(
        name=name,
        description="first",
        source={"type": "CODEPIPELINE", "buildspec": "version: 0.2"},
        artifacts={"type": "CODEPIPELINE"},
        environment=ENVIRONMENT,
        serviceRole="arn:aws:iam::123456789012:role/build",
        concurrentBuildLimit=1,
        vpcConfig={"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]},
    )
    return name


def read(codebuild: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = codebuild.batch_get_projects(names=[name])["projects"][0]
    return found


def test_a_pipelines_project_has_no_location(codebuild: Any, project: str) -> None:
    found = read(codebuild, project)
    assert found["source"] == {"type": "CODEPIPELINE", "buildspec": "version: 0.2"}
    assert found["artifacts"] == {"type": "CODEPIPELINE"}


def test_what_is_not_given_has_awss_default(codebuild: Any, project: str) -> None:
    found = read(codebuild, project)
    assert (found["timeoutInMinutes"], found["queuedTimeoutInMinutes"]) == (60, 480)
    assert found["encryptionKey"] == "arn:aws:kms:eu-west-1:123456789012:alias/aws/s3"
    assert found["concurrentBuildLimit"] == 1
    assert found["environment"]["imagePullCredentialsType"] == "CODEBUILD"
    assert found["environment"]["environmentVariables"] == [{"name": "A", "value": "1", "type": "PLAINTEXT"}]


def test_an_update_changes_what_it_names_and_keeps_the_rest(codebuild: Any, project: str) -> None:
    updated = codebuild.update_project(
        name=project, description="second", timeoutInMinutes=5, vpcConfig={}, badgeEnabled=True
    )["project"]
    found = read(codebuild, project)
    assert (found["description"], found["timeoutInMinutes"], found["concurrentBuildLimit"]) == (
        "second",
        5,
        1,
    )
    assert "vpcConfig" not in found
    assert found["badge"]["badgeEnabled"]
    assert found["lastModified"] >= found["created"]
    assert updated == found


def test_an_arn_names_a_project_too(codebuild: Any, project: str) -> None:
    codebuild.delete_project(name=f"arn:aws:codebuild:eu-west-1:123456789012:project/{project}")
    assert project not in codebuild.list_projects()["projects"]


def test_updating_a_missing_project_is_refused(codebuild: Any) -> None:
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.update_project(name="missing")
