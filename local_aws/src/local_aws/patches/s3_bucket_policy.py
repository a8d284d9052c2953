"""A bucket policy's principals and conditions: moto takes a ``Deny`` to apply to anybody, met or not.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
Signed requests are judged in full by ``local_aws.iam``; moto judges unsigned ones, by the statements that
are about everybody and have no condition.
"""

from __future__ import annotations

import json
from typing import Any

from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Let moto's buckets judge by what they say of everybody."""
    from moto.s3 import models

    bucket_class: Any = models.FakeBucket
    bucket_class.get_permission = _permission


def _permission(bucket: Any, action: str, resource: str) -> Any:
    from moto.iam.access_control import IAMPolicy, PermissionResult

    statements = json.loads(bucket.policy)["Statement"] if bucket.policy else []
    enforced = [
        each
        for each in _listed(statements)
        if not each.get("Condition") and each.get("Principal") in ("*", {"AWS": "*"})
    ]
    if not enforced:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({"Statement": enforced})).is_action_permitted(action, resource)


def _listed(statements: Any) -> list[dict[str, Any]]:
    return statements if isinstance(statements, list) else [statements]
