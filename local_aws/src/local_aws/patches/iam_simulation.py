"""SimulatePrincipalPolicy for roles and users, which moto lacks and the SageMaker SDK calls.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
Judges by ``local_aws.iam``, as real calls are: the identity's own policies and its boundary, and conditions
by ``ContextEntries``. ``ResourcePolicy`` and ``PolicyInputList`` are not read.
"""

from __future__ import annotations

from uuid import uuid4
from xml.sax.saxutils import escape

from moto.backends import get_backend
from moto.utilities.utils import get_partition

from local_aws.hooks import Call, Hooks, Reply, ServiceError
from local_aws.iam.access import Access
from local_aws.iam.callers import policies_of
from local_aws.iam.decision import Policies, decide
from local_aws.iam.policy import parse
from local_aws.iam.principals import Principal
from local_aws.runtime import Runtime

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Answer the operation."""
    hooks.handle("iam", "SimulatePrincipalPolicy", _simulate)


def _simulate(call: Call) -> Reply:
    principal = _principal(call, call.query.get("PolicySourceArn", ""))
    policies, context = policies_of(principal), _context(call)
    results = "".join(
        _result(Access(action, resource, context), principal, policies)
        for action in _members(call, "ActionNames.member.{}")
        for resource in _members(call, "ResourceArns.member.{}") or ["*"]
    )
    body = (
        f'<SimulatePrincipalPolicyResponse xmlns="{_NAMESPACE}"><SimulatePrincipalPolicyResult>'
        f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
        f"</SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
        "</SimulatePrincipalPolicyResponse>"
    )
    return Reply(body.encode(), "text/xml")


def _principal(call: Call, arn: str) -> Principal:
    backend = get_backend("iam")[call.account_id][get_partition(call.region)]
    if any(role.arn == arn for role in backend.roles.values()):
        return Principal(arn, call.account_id, role_arn=arn)
    if any(user.arn == arn for user in backend.users.values()):
        return Principal(arn, call.account_id)
    raise ServiceError("NoSuchEntity", f"The entity {arn} cannot be found.", 404)


def _result(access: Access, principal: Principal, policies: Policies) -> str:
    decision = decide(principal, access, policies)
    verdict = "allowed" if decision.allowed else "explicitDeny" if decision.explicit else "implicitDeny"
    missing = "".join(f"<member>{escape(key)}</member>" for key in sorted(_missing(access, policies)))
    return (
        f"<member><EvalActionName>{escape(access.action)}</EvalActionName>"
        f"<EvalDecision>{verdict}</EvalDecision>"
        f"<EvalResourceName>{escape(access.resource or '*')}</EvalResourceName><MatchedStatements/>"
        f"<MissingContextValues>{missing}</MissingContextValues></member>"
    )


def _missing(access: Access, policies: Policies) -> set[str]:
    """The keys that conditions ask for and the request does not give."""
    documents = [*policies.identity, *([policies.boundary] if policies.boundary else [])]
    statements = [statement for document in documents for statement in parse(document)]
    return {each.key for statement in statements for each in statement.conditions} - set(access.context)


def _context(call: Call) -> dict[str, tuple[str, ...]]:
    keys = _members(call, "ContextEntries.member.{}.ContextKeyName")
    return {
        key.lower(): tuple(_members(call, f"ContextEntries.member.{number}.ContextKeyValues.member.{{}}"))
        for number, key in enumerate(keys, 1)
    }


def _members(call: Call, name: str) -> list[str]:
    """A query-protocol list: ``name`` with 1 and on in the place of the braces."""
    found: list[str] = []
    while (value := call.query.get(name.format(len(found) + 1))) is not None:
        found.append(value)
    return found
