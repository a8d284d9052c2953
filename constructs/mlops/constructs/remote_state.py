"""Terraform's state in S3, locked by a file beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import S3Backend, TerraformStack

from mlops.constructs.bucket_access import ImportedBucket
from mlops.constructs.policy import Condition, Statement
from mlops.constructs.role import Role


@dataclass(frozen=True, kw_only=True)
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
        config = self.config
        S3Backend(
            stack,
            bucket=config.bucket,
            key=config.key,
            region=config.region,
            encrypt=True,
            # Without a key the backend asks for AES256, which the bucket refuses.
            kms_key_id=f"arn:aws:kms:{config.region}:{config.account_id}:alias/{config.bucket}",
        )
        # cdktf's S3Backend is older than the argument.
        stack.add_override("terraform.backend.s3.use_lockfile", True)

    def grant_plan(self, role: Role) -> None:
        """Let ``role`` read the state and hold its lock."""
        self._grant(role, written=(self._lock,))

    def grant_apply(self, role: Role) -> None:
        """Let ``role`` read, lock and write the state."""
        self._grant(role, written=(self.config.key, self._lock))

    @property
    def _lock(self) -> str:
        return f"{self.config.key}.tflock"

    def _grant(self, role: Role, written: Sequence[str]) -> None:
        bucket = ImportedBucket("state", self.config.bucket, self.config.account_id, self.config.region)
        bucket.grant_read(role, self.config.key, self._lock)
        bucket.grant_write(role, *written)
        bucket.grant_delete(role, self._lock)
        # `terraform init` looks for workspaces, of which there are none.
        workspaces = Condition("StringEquals", "s3:prefix", ("env:/",))
        look = Statement("Workspaces", ("s3:ListBucket",), (bucket.bucket_arn,), (workspaces,))
        role.grant("list-workspaces", look)
