"""What every stack has: the provider, its range of versions, tags, and where the state is kept."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from cdktf import TerraformStack
from constructs import Construct

from mlops_constructs import aws
from mlops_constructs.remote_state import RemoteState, RemoteStateConfig
from mlops_spec import Settings
from mlops_spec.settings import ENVIRONMENTS


@dataclass(frozen=True)
class ProjectStackConfig:
    """``state`` None keeps the state in a local file, which only the stack of the state bucket does."""

    account_id: str
    region: str
    tags: Mapping[str, str]
    state: RemoteState | None


class ProjectStack(TerraformStack):
    """A stack of one account and region; a deployment anywhere else is refused by the provider."""

    def __init__(self, scope: Construct, id_: str, config: ProjectStackConfig) -> None:
        super().__init__(scope, id_)
        aws.provider.AwsProvider(
            self,
            "aws",
            region=config.region,
            allowed_account_ids=[config.account_id],
            default_tags=[aws.provider.AwsProviderDefaultTags(tags={**config.tags, "stack": id_})],
        )
        self.add_override("terraform.required_providers.aws.version", aws.PROVIDER_VERSIONS)
        if config.state:
            config.state.use_in(self)


class ExampleStack(ProjectStack):
    """The stack ``<example>-<part>``, such as ``movielens-init``."""

    def __init__(self, scope: Construct, part: str, settings: Settings) -> None:
        id_ = f"{settings.example.name}-{part}"
        config = ProjectStackConfig(
            account_id=settings.project.aws.account_id,
            region=settings.project.aws.region,
            tags={"project": settings.project.project, "example": settings.example.name},
            state=state_of(settings, part),
        )
        super().__init__(scope, id_, config)
        self.settings = settings
        self.names = settings.names


def say_left_out(settings: Settings) -> None:
    """Say on stderr that an example without a release has no endpoint stacks."""
    name = settings.example.name
    left_out = " and ".join(f"{name}-{environment}" for environment in ENVIRONMENTS)
    sys.stderr.write(f"{left_out} are left out: MLOPS_RELEASE names no release.json of {name}\n")


def state_of(settings: Settings, part: str) -> RemoteState:
    """Where the state of an example's stack is kept, to grant on from another stack."""
    names = settings.names
    key = names.state_key(f"{settings.example.name}-{part}")
    return RemoteState(RemoteStateConfig(names.state_bucket, key, names.account_id, names.region))
