"""Terraform's state in S3, locked by a file beside it."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf import S3Backend, TerraformStack

from mlops_constructs.bucket_access import NamedBucket
from mlops_constructs.service_role import ServiceRole


@dataclass(frozen=True)
class RemoteStateConfig:
    """``key`` names the state's object in ``bucket``."""

    bucket: str
    key: str
    account_id: str
    region: str


class RemoteState:
    """The state of one stack; https://developer.hashicorp.com/terraform/language/backend/s3."""

    def __init__(self, config: RemoteStateConfig) -> None:
        self.config = config

    def use_in(self, stack: TerraformStack) -> None:
        """Keep the state of ``stack`` here."""
        S3Backend(
            stack, bucket=self.config.bucket, key=self.config.key, region=self.config.region, encrypt=True
        )
        # cdktf's S3Backend is older than the argument.
        stack.add_override("terraform.backend.s3.use_lockfile", True)

    def grant_access(self, role: ServiceRole) -> None:
        """Read, lock and write the state, as planning and applying both do."""
        state, lock = self.config.key, f"{self.config.key}.tflock"
        bucket = NamedBucket("state", self.config.bucket, self.config.account_id, self.config.region)
        bucket.grant_read(role, state, lock)
        bucket.grant_write(role, state, lock)
        bucket.grant_delete(role, lock)
