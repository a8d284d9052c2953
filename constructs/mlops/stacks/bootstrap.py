"""The stack that comes first: the bucket of every other stack's state."""

from __future__ import annotations

from cdktf import LocalBackend
from constructs import Construct

from mlops.constructs.bucket_share import BucketShare
from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
from mlops.constructs.remote_state import RemoteState, RemoteStateConfig
from mlops.spec import Settings
from mlops.stacks.base import ProjectStack, ProjectStackConfig

_KEEP_OLD_STATES_DAYS = 365


class BootstrapStack(ProjectStack):
    """``bootstrap``: the state bucket, which Terraform refuses to destroy.

    Its own state begins as ``terraform.bootstrap.tfstate`` in the project's folder. Once it is deployed, set
    ``state_bucket_exists = true`` in ``mlops.toml``, synthesize, and run ``terraform init -migrate-state`` in
    ``cdktf.out/stacks/bootstrap``: from then on the bucket holds that state, too.
    """

    def __init__(self, scope: Construct, settings: Settings) -> None:
        aws, names = settings.project.aws, settings.names
        state = RemoteState(
            RemoteStateConfig(
                bucket=names.state_bucket,
                key=names.state_key("bootstrap"),
                account_id=aws.account_id,
                region=aws.region,
            )
        )
        config = ProjectStackConfig(
            account_id=aws.account_id,
            region=aws.region,
            tags={"project": settings.project.project},
            state=state if aws.state_bucket_exists else None,
        )
        super().__init__(scope, "bootstrap", config)
        if not aws.state_bucket_exists:
            # From the stack's folder; cdktf's default is an absolute path.
            LocalBackend(self, path="../../../terraform.bootstrap.tfstate")
        PrivateBucket(
            self,
            "state",
            PrivateBucketConfig(
                name=names.state_bucket,
                account_id=aws.account_id,
                region=aws.region,
                noncurrent_days=_KEEP_OLD_STATES_DAYS,
                prevent_destroy=True,
                shares=[_share(settings, environment) for environment in settings.cross_account_environments],
            ),
        )


def _share(settings: Settings, environment: str) -> BucketShare:
    """An access stack is deployed with its own account's credentials, and its state is kept here."""
    names = settings.names_in(environment)
    key = names.state_key(f"*-{environment}-access")
    label = environment.capitalize()
    return BucketShare(label=label, account_id=names.account_id, paths=(key, f"{key}.tflock"), writes=True)
