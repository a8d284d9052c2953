"""An IAM role that one role of another account takes on."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from mlops_constructs.policy import Principal, Statement
from mlops_constructs.role import Role


@dataclass(frozen=True)
class VisitorRoleConfig:
    """``visitor_arn`` is the role that may take this one on; it must exist before this one is made."""

    name: str
    description: str
    visitor_arn: str


class VisitorRole(Role):
    """A role for one visitor. Both accounts are the user's own, so no external id is asked for.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """

    def __init__(self, scope: Construct, id_: str, config: VisitorRoleConfig) -> None:
        visitor = Principal("AWS", (config.visitor_arn,))
        trust = Statement("Trust", ("sts:AssumeRole",), principals=(visitor,))
        super().__init__(scope, id_, config.name, config.description, trust)
