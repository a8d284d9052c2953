"""The policies that resources have themselves, and whose the resources are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends

from local_aws.account_region import AccountRegion
from local_aws.iam import keys, s3
from local_aws.iam.access import Access
from local_aws.iam.callers import find_role


@dataclass(frozen=True)
class ResourcePolicy:
    """``decides`` says that nothing is allowed without it; an unknown owner is an empty account."""

    policy: str | None = None
    account_id: str = ""
    decides: bool = False


def of_resource(access: Access) -> ResourcePolicy:
    """What the resource of an access says itself."""
    service = access.action.partition(":")[0]
    find = _FINDERS.get(service)
    if find is None or access.resource in (None, "*"):
        return ResourcePolicy(account_id=access.account_id)
    return find(access)


def _of_bucket(access: Access) -> ResourcePolicy:
    if access.action == "s3:CreateBucket":  # A name that is taken is not yet refused for want of rights.
        return ResourcePolicy()
    name = (access.resource or "").removeprefix("arn:aws:s3:::").partition("/")[0]
    bucket = s3.find_bucket(name)
    policy = bucket.policy if bucket is not None else None
    return ResourcePolicy(policy.decode() if isinstance(policy, bytes) else policy, s3.owner(name))


def _of_key(access: Access) -> ResourcePolicy:
    key = keys.find(access.resource or "", AccountRegion("", ""))
    return ResourcePolicy(key.policy, key.account_id, decides=True) if key else ResourcePolicy()


def _of_role(access: Access) -> ResourcePolicy:
    role = find_role(access.resource or "") if access.action.startswith("sts:AssumeRole") else None
    if role is None:
        return ResourcePolicy(account_id=access.account_id, decides=True)
    return ResourcePolicy(role.assume_role_policy_document, role.account_id, decides=True)


def _of_topic(access: Access) -> ResourcePolicy:
    region, account = (access.resource or "").split(":")[3:5]
    topic = sns_backends[account][region].topics.get(access.resource or "")
    return ResourcePolicy(topic.policy if topic else None, account)


def _of_secret(access: Access) -> ResourcePolicy:
    region, account = (access.resource or "").split(":")[3:5]
    secrets = secretsmanager_backends[account][region].secrets.values()
    found = next((secret for secret in secrets if secret.arn == access.resource), None)
    return ResourcePolicy(getattr(found, "policy", None), account)


def _of_repository(_: Access) -> ResourcePolicy:
    """AWS's own images are for everybody, and repositories' policies are not judged here."""
    return ResourcePolicy()


_FINDERS: Mapping[str, Callable[[Access], ResourcePolicy]] = {
    "ecr": _of_repository,
    "kms": _of_key,
    "s3": _of_bucket,
    "secretsmanager": _of_secret,
    "sns": _of_topic,
    "sts": _of_role,
}
