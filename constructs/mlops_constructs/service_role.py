"""An IAM role that one AWS service takes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cdktf import ITerraformDependable
from constructs import Construct

from mlops_constructs import aws
from mlops_constructs.policy import Condition, PolicyDocument, Principal, Statement, document


@dataclass(frozen=True)
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


class ServiceRole(Construct):
    """The role, its trust narrowed to this account and to ``source_arns``, and the policies granted to it."""

    def __init__(self, scope: Construct, id_: str, config: ServiceRoleConfig) -> None:
        super().__init__(scope, id_)
        self.config = config
        self.name = config.name
        self._role = aws.iam_role.IamRole(
            self,
            "role",
            name=config.name,
            description=config.description,
            assume_role_policy=document(self, "trust", [self._trust()]),
        )
        self._document: PolicyDocument | None = None
        self._policies: list[ITerraformDependable] = []

    @property
    def arn(self) -> str:
        """The role's ARN, a reference that orders what uses it after the role."""
        return self._role.arn

    @property
    def dependencies(self) -> list[ITerraformDependable]:
        """The role and the policies granted so far.

        IAM is eventually consistent: what acts through the role from its first second must depend on these.
        """
        return [self._role, *self._policies]

    def grant(self, id_: str, *statements: Statement) -> None:
        """Add ``statements`` to the role's one inline policy; ``id_`` begins their Sids, which are unique."""
        if self._document is None:
            self._document = PolicyDocument(self, "document")
            policy = aws.iam_role_policy.IamRolePolicy(
                self, "policy", name=self.name, role=self._role.name, policy=self._document.json
            )
            self._policies.append(policy)
        prefix = "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", id_))
        self._document.add(replace(statement, sid=f"{prefix}{statement.sid}") for statement in statements)

    def passing(self, sid: str = "PassRole") -> Statement:
        """The statement that lets another role hand this one to its service, and to no other."""
        only_to = Condition("StringEquals", "iam:PassedToService", (self.config.service,))
        arn = f"arn:aws:iam::{self.config.account_id}:role/{self.name}"
        return Statement(sid, ("iam:PassRole",), (arn,), (only_to,))

    def _trust(self) -> Statement:
        """Who may take the role on."""
        conditions = [Condition("StringEquals", "aws:SourceAccount", (self.config.account_id,))]
        if self.config.source_arns:
            conditions.append(Condition("ArnLike", "aws:SourceArn", tuple(self.config.source_arns)))
        service = Principal("Service", (self.config.service,))
        return Statement("Trust", ("sts:AssumeRole",), conditions=conditions, principals=(service,))
