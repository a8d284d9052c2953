"""What every stack has: the provider, its range of versions, tags, and where the state is kept."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from cdktf import TerraformStack, TerraformVariable
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.cross_account_endpoint_access import ASSUME_ROLE
from mlops.constructs.remote_state import RemoteState, RemoteStateConfig
from mlops.spec import Settings
from mlops.spec.settings import ENVIRONMENTS


@dataclass(frozen=True, kw_only=True)
class ProjectStackConfig:
    """``state`` None keeps the state in a local file, which only the stack of the state bucket does.

    A ``remote`` stack is planned and applied by a role of another account: see ``ASSUME_ROLE``.
    """

    account_id: str
    region: str
    tags: Mapping[str, str]
    state: RemoteState | None
    remote: bool = False


class ProjectStack(TerraformStack):
    """A stack of one account and region; a deployment anywhere else is refused by the provider."""

    def __init__(self, scope: Construct, id_: str, config: ProjectStackConfig) -> None:
        super().__init__(scope, id_)
        aws.provider.AwsProvider(
            self,
            "aws",
            region=config.region,
            allowed_account_ids=[config.account_id],
            assume_role=[self._assumed_role(id_)] if config.remote else None,
            default_tags=[aws.provider.AwsProviderDefaultTags(tags={**config.tags, "stack": id_})],
        )
        self.add_override("terraform.required_providers.aws.version", aws.PROVIDER_VERSIONS)
        if config.state:
            config.state.use_in(self)

    def _assumed_role(self, id_: str) -> aws.provider.AwsProviderAssumeRole:
        """The state stays with the build's own credentials."""
        role = TerraformVariable(
            self, ASSUME_ROLE, type="string", description="The role to take on in the stack's account"
        )
        # Planning and applying take on roles of their own: the saved plan must not hold one.
        self.add_override(f"variable.{ASSUME_ROLE}.ephemeral", True)
        return aws.provider.AwsProviderAssumeRole(role_arn=role.string_value, session_name=id_)


class ExampleStack(ProjectStack):
    """The stack ``<example>-<part>``, such as ``movielens-init``.

    With an ``environment``, it is in that environment's account and region, be they the pipeline's or not.
    """

    def __init__(
        self,
        scope: Construct,
        part: str,
        settings: Settings,
        environment: str | None = None,
        *,
        remote: bool = False,
    ) -> None:
        id_ = f"{settings.example.name}-{part}"
        self.names = settings.names_in(environment) if environment else settings.names
        config = ProjectStackConfig(
            account_id=self.names.account_id,
            region=self.names.region,
            tags={"project": settings.project.project, "example": settings.example.name},
            state=state_of(settings, part),
            remote=remote,
        )
        super().__init__(scope, id_, config)
        self.settings = settings


def say_left_out(settings: Settings) -> None:
    """Say on stderr that an example without a release has no endpoint stacks."""
    name = settings.example.name
    left_out = " and ".join(f"{name}-{environment}" for environment in ENVIRONMENTS)
    sys.stderr.write(f"{left_out} are left out: MLOPS_RELEASE names no release.json of {name}\n")


def state_of(settings: Settings, part: str) -> RemoteState:
    """Where the state of an example's stack is kept, to grant on from another stack."""
    names = settings.names
    key = names.state_key(f"{settings.example.name}-{part}")
    return RemoteState(
        RemoteStateConfig(
            bucket=names.state_bucket, key=key, account_id=names.account_id, region=names.region
        )
    )
