"""Whether an access is allowed: explicit denials win, and something must allow it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from local_aws.iam.access import Access
from local_aws.iam.policy import applying
from local_aws.iam.principals import Named, Principal


@dataclass(frozen=True)
class Policies:
    """The documents that decide.

    ``boundary`` is None where the role has none. ``resource`` is the resource's own policy, or None;
    ``resource_decides`` says that nothing is allowed without it, as with a key or a role's trust.
    ``resource_account`` is whose the resource is.
    """

    identity: Sequence[str] = ()
    boundary: str | None = None
    resource: str | None = None
    resource_decides: bool = False
    resource_account: str = ""


@dataclass(frozen=True)
class Decision:
    """``reason`` says why not, in AWS's words, to stand after "on resource: ..."; empty where allowed.

    ``explicit`` is whether a statement denies it, rather than that none allows it.
    """

    reason: str = ""
    explicit: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the access is allowed."""
        return not self.reason


_ALLOWED = Decision()


def decide(principal: Principal, access: Access, policies: Policies) -> Decision:
    """Judge one access by all policies that concern it."""
    session = [principal.session_policy] if principal.session_policy else None
    boundary = None if policies.boundary is None else [policies.boundary]
    of_identity = {
        "identity-based policy": list(policies.identity),
        "permissions boundary": boundary,
        "session policy": session,
    }
    allowing = {
        kind: _judge(documents, access) for kind, documents in of_identity.items() if documents is not None
    }
    named, denied = _judge_resource(policies.resource, principal, access)
    for kind, allows in allowing.items():
        if allows is None:
            return _denied(_a(kind))
    if denied:
        return _denied("a resource-based policy")
    identity = principal.is_root or allowing.pop("identity-based policy") is True
    foreign = bool(policies.resource_account) and policies.resource_account != principal.account_id
    if foreign or policies.resource_decides:
        if named is Named.NOT:
            return _no("resource-based policy", access)
        if not identity and (foreign or named is Named.BY_ACCOUNT):
            return _no("identity-based policy", access)
    elif not identity and named < Named.DIRECTLY:
        return _no("identity-based policy", access)
    if named is Named.BY_SESSION and not foreign:
        return _ALLOWED
    limits = [kind for kind, allows in allowing.items() if not allows and kind != "identity-based policy"]
    return _no(limits[0], access) if limits else _ALLOWED


def decide_for_service(principal: Principal, access: Access, policies: Policies) -> Decision:
    """Judge a service, which has no policies of its own: the resource's must name it."""
    named, denied = _judge_resource(policies.resource, principal, access)
    if denied:
        return _denied("a resource-based policy")
    return _ALLOWED if named is not Named.NOT else _no("resource-based policy", access)


def _judge(documents: Sequence[str], access: Access) -> bool | None:
    """True where one allows and None where one denies."""
    allows = False
    for statement in applying(documents, access):
        if not statement.allows:
            return None
        allows = True
    return allows


def _judge_resource(document: str | None, principal: Principal, access: Access) -> tuple[Named, bool]:
    """How the resource's policy allows the access to the principal, and whether it denies it."""
    best = Named.NOT
    for statement in applying([document] if document else [], access):
        named = statement.principals.naming(principal) if statement.principals else Named.NOT
        if named is not Named.NOT and not statement.allows:
            return Named.NOT, True
        best = max(best, named)
    return best, False


def _denied(policy: str) -> Decision:
    return Decision(f"with an explicit deny in {policy}", explicit=True)


def _no(kind: str, access: Access) -> Decision:
    return Decision(f"because no {kind} allows the {access.shown_action} action")


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
