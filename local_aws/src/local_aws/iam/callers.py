"""Who signed a request, and which policies of theirs count.

An assumed role's session and a user are told by their access keys; any other key is the account's own.
"""

from __future__ import annotations

from dataclasses import replace
from secrets import token_hex
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from local_aws.account_region import AccountRegion, Credentials
from local_aws.hooks import Call, ServiceError
from local_aws.iam.decision import Policies
from local_aws.iam.principals import Principal

_PARTITION = "aws"


class Callers:
    """The principals behind access keys; sessions are remembered once they were seen."""

    def __init__(self) -> None:
        self._sessions: dict[str, tuple[str, Principal]] = {}

    def principal(self, call: Call) -> Principal:
        """Who signed a call.

        Raises:
            ServiceError: a session's key without its token.
        """
        session = self._session(call)
        if session is not None:
            token, principal = session
            if _token(call) != token:
                raise ServiceError(
                    "InvalidClientTokenId", "The security token included in the request is invalid.", 403
                )
            return principal
        user = iam_backends[call.account_id][_PARTITION].get_user_from_access_key_id(call.access_key)
        if user is not None:
            return Principal(user.arn, call.account_id, context={"aws:username": (user.name,)})
        return Principal(f"arn:aws:iam::{call.account_id}:root", call.account_id, is_root=True)

    def forward(self, call: Call, service: str) -> AccountRegion:
        """The call's account and region, for a service to act there in the caller's name.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
        """
        principal = self.principal(call)
        if principal.is_root:
            return call.account_region
        key = iam_backends[call.account_id][_PARTITION].create_temp_access_key()
        credentials = Credentials(key.access_key_id, key.secret_access_key, token_hex())
        facts = {"aws:calledvia": (service,), "aws:viaawsservice": ("true",)}
        self.remember(credentials, replace(principal, context={**principal.context, **facts}))
        return replace(call.account_region, credentials=credentials)

    def remember(self, credentials: Credentials, principal: Principal) -> None:
        """Know whose credentials these are."""
        self._sessions[credentials.access_key_id] = credentials.session_token, principal

    def of(self, credentials: Credentials) -> Principal:
        """Who has credentials that were remembered."""
        return self._sessions[credentials.access_key_id][1]

    def _session(self, call: Call) -> tuple[str, Principal] | None:
        if call.access_key not in self._sessions:
            stored = sts_backends[call.account_id][_PARTITION]
            session = stored.get_assumed_role_from_access_key(call.access_key)
            if session is None:
                return None
            self._sessions[call.access_key] = session.session_token, of_session(session)
        return self._sessions[call.access_key]


def of_session(session: Any) -> Principal:
    """The principal of a session that moto's STS keeps."""
    return Principal(
        arn=session.arn,
        account_id=session.account_id,
        role_arn=session.role_arn,
        session_policy=session.policy or "",
        context={"aws:userid": (session.user_id,)},
    )


def find_role(arn: str) -> Any:
    """moto's role of an ARN; None where there is none."""
    account_id = arn.split(":")[4]
    roles = iam_backends[account_id][_PARTITION].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def policies_of(principal: Principal) -> Policies:
    """The identity's policies and its boundary."""
    backend = iam_backends[principal.account_id][_PARTITION]
    if principal.role_arn:
        role = find_role(principal.role_arn)
        if role is None:
            return Policies()
        return _policies(backend, role.policies.values(), role)
    user = next((user for user in backend.users.values() if user.arn == principal.arn), None)
    if user is None:
        return Policies()
    inline = list(user.policies.values())
    for group in backend.get_groups_for_user(user.name):
        inline += group.policies.values()
        inline += [_document(policy) for policy in group.managed_policies.values()]
    return _policies(backend, inline, user)


def _policies(backend: Any, inline: Any, identity: Any) -> Policies:
    managed = [_document(policy) for policy in identity.managed_policies.values()]
    boundary = getattr(identity, "permissions_boundary_arn", None)
    limit = None if boundary is None else _document(backend.managed_policies[boundary])
    return Policies(identity=[*inline, *managed], boundary=limit)


def _document(policy: Any) -> str:
    return str(next(version.document for version in policy.versions if version.is_default))


def _token(call: Call) -> str:
    return call.headers.get("x-amz-security-token") or call.query.get("X-Amz-Security-Token", "")
