"""Who asks, and how a resource's own policy names them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from local_aws.iam.access import Context, texts


class Named(IntEnum):
    """How closely a policy names a principal; a higher one says more."""

    NOT = 0
    BY_ACCOUNT = 1  # hands the decision to the account's own policies
    DIRECTLY = 2
    BY_SESSION = 3  # neither a boundary nor a session policy limits it


@dataclass(frozen=True)
class Principal:
    """A caller. ``arn`` is what messages show; a session's ``role_arn`` is what policies mostly name.

    A service has no account. ``is_root`` is the account itself, which its own policies do not limit.
    """

    arn: str
    account_id: str = ""
    role_arn: str = ""
    service: str = ""
    is_root: bool = False
    session_policy: str = ""
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class PrincipalPatterns:
    """``Principal`` or ``NotPrincipal`` of a statement."""

    aws: tuple[str, ...]
    services: tuple[str, ...]
    others: bool

    @classmethod
    def read(cls, statement: Mapping[str, Any]) -> PrincipalPatterns | None:
        """Of a statement; None where it has neither."""
        others = "NotPrincipal" in statement
        given = statement.get("NotPrincipal" if others else "Principal")
        if given is None:
            return None
        if given == "*":
            return cls(("*",), ("*",), others)
        aws = texts(given.get("AWS", ()))
        return cls(aws, texts(given.get("Service", ())), others)

    def naming(self, principal: Principal) -> Named:
        """How the statement names a principal."""
        if self.others:
            return Named.NOT if self._found(principal) else Named.DIRECTLY
        return self._found(principal)

    def _found(self, principal: Principal) -> Named:
        if principal.service:
            return Named.DIRECTLY if {principal.service, "*"} & set(self.services) else Named.NOT
        if principal.role_arn and principal.arn in self.aws:
            return Named.BY_SESSION
        if {principal.arn, principal.role_arn, "*"} & set(self.aws):
            return Named.DIRECTLY
        account = {principal.account_id, f"arn:aws:iam::{principal.account_id}:root"}
        return Named.BY_ACCOUNT if account & set(self.aws) else Named.NOT
