"""Where the pipeline's source comes from: a GitHub repository, through a connection or with a token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.policy import Condition, Statement
from mlops.constructs.role import Role
from mlops.spec.settings import Source

_ACTION = "Source"


class PipelineSource(Protocol):
    """What a pipeline asks of its source."""

    def action(self, output: str, *, on_push: bool = True) -> aws.codepipeline.CodepipelineStageAction:
        """The action that fetches a commit as the artifact ``output``.

        Without ``on_push``, the branch's newest commit whenever something else starts the pipeline.
        """

    def triggers(self, file_paths: Sequence[str]) -> list[aws.codepipeline.CodepipelineTrigger]:
        """What starts the pipeline, where the source action does not do so itself."""

    def grant_use(self, role: Role) -> None:
        """Let the pipeline's role fetch."""


class GitHubConnection:
    """A CodeConnections connection, which a person has completed in the console.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    """

    def __init__(self, source: Source) -> None:
        if source.connection_arn is None:
            raise ValueError("source.connection_arn is needed")
        self._source = source
        self._arn = source.connection_arn

    def action(self, output: str, *, on_push: bool = True) -> aws.codepipeline.CodepipelineStageAction:  # noqa: ARG002
        """A zip of the commit; a push starts the pipeline through ``triggers``, not by this action."""
        return _source_action(
            output,
            owner="AWS",
            provider="CodeStarSourceConnection",
            configuration={
                "ConnectionArn": self._arn,
                "FullRepositoryId": self._source.full_repository_id,
                "BranchName": self._source.branch,
                "OutputArtifactFormat": "CODE_ZIP",
                "DetectChanges": "false",
            },
        )

    def triggers(self, file_paths: Sequence[str]) -> list[aws.codepipeline.CodepipelineTrigger]:
        """A push to the branch that changes one of ``file_paths`` (glob patterns)."""
        push = aws.codepipeline.CodepipelineTriggerGitConfigurationPush(
            branches={"includes": [self._source.branch]}, file_paths={"includes": list(file_paths)}
        )
        return [
            aws.codepipeline.CodepipelineTrigger(
                provider_type="CodeStarSourceConnection",
                git_configuration={"source_action_name": _ACTION, "push": [push]},
            )
        ]

    def grant_use(self, role: Role) -> None:
        """Let ``role`` read this one repository through the connection."""
        # AWS renamed the service; each ARN is governed by the prefix that it was made with.
        prefix = self._arn.split(":")[2]
        repository = Condition(
            "StringEquals", f"{prefix}:FullRepositoryId", (self._source.full_repository_id,)
        )
        use = Statement("UseConnection", (f"{prefix}:UseConnection",), (self._arn,), (repository,))
        role.grant("source", use)


class GitHubToken(Construct):
    """A personal access token from Secrets Manager; prefer ``GitHubConnection``.

    **Terraform's state holds the token in clear**: GitHub's version 1 action takes it as text
    (https://github.com/hashicorp/terraform-provider-aws/issues/15200). The state bucket is encrypted
    and private; give the token read access to the one repository. CodePipeline polls the branch, so
    every push to it runs the pipeline, whichever files it changes.
    https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html
    """

    POLLING: ClassVar[str] = "true"

    def __init__(self, scope: Construct, id_: str, source: Source) -> None:
        super().__init__(scope, id_)
        if source.token_secret_arn is None:
            raise ValueError("source.token_secret_arn is needed")
        self._source = source
        self._token = aws.data_aws_secretsmanager_secret_version.DataAwsSecretsmanagerSecretVersion(
            self, "token", secret_id=source.token_secret_arn
        ).secret_string

    def action(self, output: str, *, on_push: bool = True) -> aws.codepipeline.CodepipelineStageAction:
        """A zip of the branch's newest commit, found by polling where it is to start the pipeline."""
        return _source_action(
            output,
            owner="ThirdParty",
            provider="GitHub",
            configuration={
                "Owner": self._source.owner,
                "Repo": self._source.repository,
                "Branch": self._source.branch,
                "OAuthToken": self._token,
                "PollForSourceChanges": self.POLLING if on_push else "false",
            },
        )

    def triggers(self, file_paths: Sequence[str]) -> list[aws.codepipeline.CodepipelineTrigger]:  # noqa: ARG002
        """None: triggers work with connections only."""
        return []

    def grant_use(self, role: Role) -> None:
        """Nothing: the token itself is the permission."""


def _source_action(
    output: str, *, owner: str, provider: str, configuration: dict[str, str]
) -> aws.codepipeline.CodepipelineStageAction:
    return aws.codepipeline.CodepipelineStageAction(
        name=_ACTION,
        category="Source",
        owner=owner,
        provider=provider,
        version="1",
        run_order=1,
        configuration=configuration,
        output_artifacts=[output],
        namespace="SourceVariables",
    )
