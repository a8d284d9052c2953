"""A bucket policy's principals and conditions: moto takes a ``Deny`` to apply to anybody, met or not.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
Signed requests are judged in full by ``local_aws.iam`` on their way here. moto asks again, without saying
who calls, and it asks for unsigned ones: then the statements count that are about everybody and have no
condition.
"""

from __future__ import annotations

from typing import Any

from local_aws.hooks import Hooks
from local_aws.iam.access import Access
from local_aws.iam.policy import applying
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Let moto's buckets judge by what they say of everybody."""
    from moto.s3 import models

    bucket_class: Any = models.FakeBucket
    bucket_class.get_permission = _permission


def _permission(bucket: Any, action: str, resource: str) -> Any:
    from moto.iam.access_control import PermissionResult

    document = bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy
    found = [
        statement
        for statement in applying([document] if document else [], Access(action, resource))
        if not statement.conditions and statement.principals and "*" in statement.principals.aws
    ]
    if not found:
        return PermissionResult.NEUTRAL
    allowed = all(statement.allows for statement in found)
    return PermissionResult.PERMITTED if allowed else PermissionResult.DENIED
