"""KMS keys as policies see them: ARN, aliases and the key's own policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.kms.models import kms_backends

from local_aws.account_region import AccountRegion
from local_aws.iam.access import Access, Context


@dataclass(frozen=True)
class Key:
    """A key of moto's."""

    arn: str
    account_id: str
    policy: str
    aliases: tuple[str, ...]
    is_aws_own: bool

    def access(self, action: str, context: Context) -> Access:
        """An action on the key."""
        facts = {"kms:resourcealiases": self.aliases} if self.aliases else {}
        return Access(action, self.arn, {**facts, "kms:calleraccount": (self.account_id,), **context})


def find(reference: str, account_region: AccountRegion) -> Key | None:
    """The key of an id, an ARN or an alias; None where there is none."""
    if reference.startswith("arn:"):
        account_region = AccountRegion(account_id=reference.split(":")[4], region=reference.split(":")[3])
    backend = kms_backends[account_region.account_id][account_region.region]
    name = reference.rpartition(":")[2].removeprefix("key/")
    key = backend.keys.get(name) or _of_alias(backend, name)
    if key is None:
        return None
    aliases = tuple(key.aliases)
    own = any(alias.startswith("alias/aws/") for alias in aliases)
    return Key(key.arn, key.account_id, key.policy, aliases, own)


def _of_alias(backend: Any, name: str) -> Any:
    return next((key for key in backend.keys.values() if name in key.aliases), None)
