"""Connections to GitHub that are there without a handshake.

https://docs.aws.amazon.com/codeconnections/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws

ARN = "arn:aws:codeconnections:eu-west-1:{account}:connection/01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture(params=["codeconnections", "codestar-connections"])
def connections(aws: LocalAws, request: pytest.FixtureRequest) -> Any:
    return aws.runtime.client(request.param)


def test_a_connection_lives_from_creation_to_deletion(connections: Any) -> None:
    arn = connections.create_connection(
        ProviderType="GitHub", ConnectionName="github", Tags=[{"Key": "a", "Value": "1"}]
    )["ConnectionArn"]
    service = connections.meta.service_model.service_name
    assert arn.startswith(f"arn:aws:{service}:eu-west-1:123456789012:connection/")
    assert connections.get_connection(ConnectionArn=arn)["Connection"] == {
        "ConnectionName": "github",
        "ConnectionArn": arn,
        "ProviderType": "GitHub",
        "OwnerAccountId": "123456789012",
        "ConnectionStatus": "AVAILABLE",
    }
    assert arn in [each["ConnectionArn"] for each in connections.list_connections()["Connections"]]
    assert arn not in [
        each["ConnectionArn"]
        for each in connections.list_connections(ProviderTypeFilter="GitLab")["Connections"]
    ]
    connections.delete_connection(ConnectionArn=arn)
    with pytest.raises(connections.exceptions.ResourceNotFoundException):
        connections.get_connection(ConnectionArn=arn)
    assert arn not in [each["ConnectionArn"] for each in connections.list_connections()["Connections"]]


def test_a_connection_made_on_aws_is_available_here(connections: Any) -> None:
    found = connections.get_connection(ConnectionArn=ARN.format(account="123456789012"))["Connection"]
    assert (found["ConnectionStatus"], found["ProviderType"]) == ("AVAILABLE", "GitHub")


def test_another_accounts_connection_is_not_found(connections: Any) -> None:
    with pytest.raises(connections.exceptions.ResourceNotFoundException):
        connections.get_connection(ConnectionArn=ARN.format(account="210987654321"))


def test_tags_come_and_go(connections: Any) -> None:
    arn = connections.create_connection(
        ProviderType="GitHub", ConnectionName="tags", Tags=[{"Key": "a", "Value": "1"}]
    )["ConnectionArn"]
    connections.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    connections.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert connections.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_an_unknown_provider_is_refused(connections: Any) -> None:
    with pytest.raises(ClientError, match="given Subversion; allowed: Bitbucket, GitHub"):
        connections.create_connection(ProviderType="Subversion", ConnectionName="old")
