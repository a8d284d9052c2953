"""An IAM role, and the policies granted to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cdktf import ITerraformDependable
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.policy import PolicyDocument, Statement, document


class Role(Construct):
    """A role with one inline policy, and managed ones for what is granted apart.

    ``trust`` says who takes it on:
    ``ServiceRole`` is for AWS's services, ``GitHubRole`` for workflow runs, ``AssumableRole`` for other
    roles.
    """

    def __init__(self, scope: Construct, id_: str, name: str, description: str, trust: Statement) -> None:
        super().__init__(scope, id_)
        self.name = name
        self._role = aws.iam_role.IamRole(
            self,
            "role",
            name=name,
            description=description,
            assume_role_policy=document(self, "trust", [trust]),
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
        self._document.add(_named(id_, statements))

    def grant_apart(self, id_: str, *statements: Statement) -> None:
        """Give ``statements`` a managed policy of their own: inline policies hold 10,240 characters in all.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        """
        scope = Construct(self, id_)
        policy = aws.iam_policy.IamPolicy(
            scope,
            "policy",
            name=f"{self.name}-{id_}",
            policy=document(scope, "document", _named(id_, statements)),
        )
        attached = aws.iam_role_policy_attachment.IamRolePolicyAttachment(
            scope, "attachment", role=self._role.name, policy_arn=policy.arn
        )
        self._policies.append(attached)


def _named(id_: str, statements: Iterable[Statement]) -> Iterator[Statement]:
    """Sids that begin with ``id_``."""
    prefix = "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", id_))
    return (replace(statement, sid=f"{prefix}{statement.sid}") for statement in statements)
