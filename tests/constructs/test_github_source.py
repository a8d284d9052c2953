"""The two ways to the repository."""

from __future__ import annotations

from typing import Any

import pytest
from cdktf import TerraformOutput

from mlops.constructs.github_source import GitHubConnection, GitHubToken, PipelineSource
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec.settings import Source

CONNECTION = "arn:aws:{}:eu-west-1:123456789012:connection/00000000-0000-0000-0000-000000000000"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:github-AbCdEf"


def source(**way: Any) -> Source:
    return Source(owner="team", repository="models", branch="main", **way)


def _list(values: Any) -> list[Any]:
    return list(values)


def connection(service: str = "codeconnections") -> GitHubConnection:
    return GitHubConnection(source(connection_arn=CONNECTION.format(service)))


def granted(synth: Any, make: PipelineSource) -> dict[str, Any]:
    def build(stack: Any) -> None:
        config = ServiceRoleConfig(
            name="pipeline",
            service="codepipeline.amazonaws.com",
            account_id="123456789012",
            description="Pipeline",
        )
        make.grant_use(ServiceRole(stack, "role", config))

    (statement,) = synth(build).statements("pipeline", "Source")
    return dict(statement)


def test_a_connection_hands_over_a_zip_and_leaves_detection_to_the_trigger() -> None:
    action = connection().action("SourceOutput")
    assert action.provider == "CodeStarSourceConnection"
    assert action.configuration == {
        "ConnectionArn": CONNECTION.format("codeconnections"),
        "FullRepositoryId": "team/models",
        "BranchName": "main",
        "OutputArtifactFormat": "CODE_ZIP",
        "DetectChanges": "false",
    }


def test_a_push_to_the_branch_that_changes_a_named_file_starts_the_pipeline() -> None:
    (trigger,) = connection().triggers(["training/**", "mlops.toml"])
    (push,) = _list(trigger.git_configuration.push)
    assert trigger.git_configuration.source_action_name == connection().action("x").name
    assert push.branches.includes == ["main"]
    assert push.file_paths.includes == ["training/**", "mlops.toml"]


@pytest.mark.parametrize("service", ["codeconnections", "codestar-connections"])
def test_a_connection_is_used_for_this_repository_under_the_prefix_of_its_arn(
    synth: Any, service: str
) -> None:
    statement = granted(synth, connection(service))
    assert statement["actions"] == [f"{service}:UseConnection"]
    assert statement["resources"] == [CONNECTION.format(service)]
    (condition,) = statement["condition"]
    assert condition["variable"] == f"{service}:FullRepositoryId"
    assert condition["values"] == ["team/models"]


def test_a_token_is_read_by_terraform_and_never_written_into_the_configuration(synth: Any) -> None:
    def build(stack: Any) -> None:
        token = GitHubToken(stack, "source", source(token_secret_arn=SECRET))
        action = token.action("SourceOutput")
        assert (action.owner, action.provider) == ("ThirdParty", "GitHub")
        assert token.triggers(["training/**"]) == []
        TerraformOutput(stack, "configuration", value=action.configuration, sensitive=True)

    stack = synth(build)
    (secret,) = stack.all("aws_secretsmanager_secret_version", of="data")
    assert secret["secret_id"] == SECRET
    configuration = stack.terraform["output"]["configuration"]["value"]
    assert configuration.pop("OAuthToken").endswith(".secret_string}")
    assert configuration == {
        "Owner": "team",
        "Repo": "models",
        "Branch": "main",
        "PollForSourceChanges": "true",
    }


def test_a_source_without_its_way_in_is_a_mistake_of_the_caller(synth: Any) -> None:
    with pytest.raises(ValueError, match="connection_arn is needed"):
        GitHubConnection(source(token_secret_arn=SECRET))
    by_connection = source(connection_arn=CONNECTION.format("codeconnections"))
    with pytest.raises(ValueError, match="token_secret_arn is needed"):
        synth(lambda stack: GitHubToken(stack, "source", by_connection))
