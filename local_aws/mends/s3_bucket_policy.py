"""A bucket policy's conditions: moto takes a ``Deny`` to apply although its condition is not met.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
A request to a loopback server has no TLS and no principal to judge, so a statement with a condition
is not enforced here: ``aws:SecureTransport`` and its like guard the real network.
"""

from __future__ import annotations

import json
from typing import Any

from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Let moto's buckets judge by their unconditional statements."""
    from moto.s3 import models

    bucket_class: Any = models.FakeBucket
    bucket_class.get_permission = _permission


def _permission(bucket: Any, action: str, resource: str) -> Any:
    from moto.iam.access_control import IAMPolicy, PermissionResult

    statements = json.loads(bucket.policy)["Statement"] if bucket.policy else []
    enforced = [each for each in _listed(statements) if not each.get("Condition")]
    if not enforced:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({"Statement": enforced})).is_action_permitted(action, resource)


def _listed(statements: Any) -> list[dict[str, Any]]:
    return statements if isinstance(statements, list) else [statements]
