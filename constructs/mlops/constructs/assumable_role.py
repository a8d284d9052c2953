"""An IAM role that other roles take on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs.policy import Principal, Statement
from mlops.constructs.role import Role


@dataclass(frozen=True, kw_only=True)
class AssumableRoleConfig:
    """``trusted_arns`` are the roles that may take this one on; they must exist before this one is made."""

    name: str
    description: str
    trusted_arns: Sequence[str]


class AssumableRole(Role):
    """A role that the trusted roles take on. All accounts are the user's own, so no external id is asked for.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """

    def __init__(self, scope: Construct, id_: str, config: AssumableRoleConfig) -> None:
        trusted = Principal("AWS", tuple(config.trusted_arns))
        trust = Statement("Trust", ("sts:AssumeRole",), principals=(trusted,))
        super().__init__(scope, id_, config.name, config.description, trust)
