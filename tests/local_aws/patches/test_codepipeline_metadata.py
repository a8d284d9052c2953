"""A pipeline's description: times as numbers on the wire, tokens masked.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineMetadata.html
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from local_aws.server import LocalAws

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
        }
    ],
}


@pytest.fixture(scope="module")
def codepipeline(aws: LocalAws) -> Any:
    role = aws.runtime.client("iam").create_role(RoleName="pipe", AssumeRolePolicyDocument=json.dumps(TRUST))
    client = aws.runtime.client("codepipeline")
    source = {
        "name": "Source",
        "actionTypeId": {"category": "Source", "owner": "ThirdParty", "provider": "GitHub", "version": "1"},
        "configuration": {"Owner": "acme", "Repo": "app", "Branch": "main", "OAuthToken": "secret"},
        "outputArtifacts": [{"name": "Code"}],
    }
    approve = {
        "name": "Approve",
        "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"},
    }
    made = client.create_pipeline(
        pipeline={
            "name": "described",
            "roleArn": role["Role"]["Arn"],
            "artifactStore": {"type": "S3", "location": "artifacts"},
            "stages": [{"name": "Source", "actions": [source]}, {"name": "Approve", "actions": [approve]}],
        }
    )
    assert "secret" not in str(made)
    return client


def test_times_are_times(codepipeline: Any) -> None:
    metadata = codepipeline.get_pipeline(name="described")["metadata"]
    assert isinstance(metadata["created"], datetime)
    listed = codepipeline.list_pipelines()["pipelines"][0]
    assert listed["updated"] == metadata["updated"]


def test_times_are_numbers_on_the_wire(codepipeline: Any) -> None:
    bodies: list[bytes] = []
    codepipeline.meta.events.register(
        "before-parse.codepipeline.GetPipeline",
        lambda response_dict, **_: bodies.append(response_dict["body"]),
    )
    codepipeline.get_pipeline(name="described")
    assert isinstance(json.loads(bodies[0])["metadata"]["created"], float)


def test_a_token_is_masked(codepipeline: Any) -> None:
    pipeline = codepipeline.get_pipeline(name="described")["pipeline"]
    assert pipeline["stages"][0]["actions"][0]["configuration"]["OAuthToken"] == "****"
