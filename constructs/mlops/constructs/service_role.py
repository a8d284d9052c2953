"""An IAM role that one AWS service takes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs.policy import Condition, Principal, Statement
from mlops.constructs.role import Role


@dataclass(frozen=True, kw_only=True)
class ServiceRoleConfig:
    """``service`` is a principal such as ``codebuild.amazonaws.com``.

    ``source_arns`` are the resources on whose behalf the service may act; ``*`` and ``?`` may stand in them.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    name: str
    service: str
    account_id: str
    description: str
    source_arns: Sequence[str] = ()


class ServiceRole(Role):
    """The role, its trust narrowed to this account and to ``source_arns``."""

    def __init__(self, scope: Construct, id_: str, config: ServiceRoleConfig) -> None:
        super().__init__(scope, id_, config.name, config.description, _trust(config))
        self.config = config

    def pass_role_statement(self, sid: str = "PassRole") -> Statement:
        """The statement that lets another role hand this one to its service, and to no other."""
        only_to = Condition("StringEquals", "iam:PassedToService", (self.config.service,))
        arn = f"arn:aws:iam::{self.config.account_id}:role/{self.name}"
        return Statement(sid, ("iam:PassRole",), (arn,), (only_to,))


def _trust(config: ServiceRoleConfig) -> Statement:
    conditions = [Condition("StringEquals", "aws:SourceAccount", (config.account_id,))]
    if config.source_arns:
        conditions.append(Condition("ArnLike", "aws:SourceArn", tuple(config.source_arns)))
    service = Principal("Service", (config.service,))
    return Statement("Trust", ("sts:AssumeRole",), conditions=conditions, principals=(service,))
