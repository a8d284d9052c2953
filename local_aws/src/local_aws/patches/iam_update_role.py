"""UpdateRole, which keeps what it is not given; moto takes the description away.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
"""

from __future__ import annotations

from urllib.parse import urlencode

from moto.backends import get_backend
from moto.utilities.utils import get_partition

from local_aws.hooks import Call, Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Complete the call with what the role has."""
    hooks.before("iam", "UpdateRole", _complete)


def _complete(call: Call) -> Call:
    roles = get_backend("iam")[call.account_id][get_partition(call.region)].roles
    role = next((role for role in roles.values() if role.name == call.query.get("RoleName")), None)
    if role is None:
        return call
    present = {"Description": role.description or "", "MaxSessionDuration": str(role.max_session_duration)}
    return call.replace(body=urlencode({**present, **call.query}).encode())
