"""SimulatePrincipalPolicy for roles and users, which moto lacks and the SageMaker SDK calls.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
Judges the identity's own policies, inline and attached; conditions are taken as met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from moto.backends import get_backend
from moto.utilities.utils import get_partition

from local_aws.hooks import Call, Hooks, Reply, ServiceError
from local_aws.runtime import Runtime

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Answer the operation."""
    hooks.handle("iam", "SimulatePrincipalPolicy", _simulate)


def _simulate(call: Call) -> Reply:
    policies = list(_policies(call, call.query.get("PolicySourceArn", "")))
    results = "".join(
        _result(action, resource, _decision(policies, action, resource))
        for action in _members(call, "ActionNames")
        for resource in _members(call, "ResourceArns") or ["*"]
    )
    body = (
        f'<SimulatePrincipalPolicyResponse xmlns="{_NAMESPACE}"><SimulatePrincipalPolicyResult>'
        f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
        f"</SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
        "</SimulatePrincipalPolicyResponse>"
    )
    return Reply(body.encode(), "text/xml")


def _policies(call: Call, arn: str) -> Iterable[Any]:
    backend = get_backend("iam")[call.account_id][get_partition(call.region)]
    identities: list[Any] = [*backend.roles.values(), *backend.users.values()]
    for identity in identities:
        if identity.arn == arn:
            inline = identity.policies
            yield from inline.values() if isinstance(inline, dict) else inline
            yield from identity.managed_policies.values()
            return
    raise ServiceError("NoSuchEntity", f"The entity {arn} cannot be found.", 404)


def _decision(policies: list[Any], action: str, resource: str) -> str:
    from moto.iam.access_control import IAMPolicy, PermissionResult

    results = {IAMPolicy(policy).is_action_permitted(action, resource) for policy in policies}
    if PermissionResult.DENIED in results:
        return "explicitDeny"
    return "allowed" if PermissionResult.PERMITTED in results else "implicitDeny"


def _result(action: str, resource: str, decision: str) -> str:
    return (
        f"<member><EvalActionName>{escape(action)}</EvalActionName><EvalDecision>{decision}</EvalDecision>"
        f"<EvalResourceName>{escape(resource)}</EvalResourceName><MatchedStatements/><MissingContextValues/></member>"
    )


def _members(call: Call, name: str) -> list[str]:
    """A query-protocol list: ``<name>.member.1`` and on."""
    numbered = {
        int(match[1]): value
        for key, value in call.query.items()
        if (match := re.fullmatch(rf"{name}\.member\.(\d+)", key))
    }
    return [numbered[number] for number in sorted(numbered)]
