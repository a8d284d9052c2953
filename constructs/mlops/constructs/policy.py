"""IAM statements: no wildcard action, and ``*`` as a resource only where AWS offers nothing narrower."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from constructs import Construct

from mlops.constructs import aws
from mlops.spec import InvalidInputError, Problem

#: Every action that may be allowed on all resources, and why it cannot be narrowed.
#: https://docs.aws.amazon.com/service-authorization/latest/reference/
UNSCOPED_ACTIONS = {
    "application-autoscaling:DescribeScalableTargets": "a list, for which the service defines no resource",
    "application-autoscaling:DescribeScalingPolicies": "a list, for which the service defines no resource",
    "application-autoscaling:DescribeScheduledActions": "a list, for which the service defines no resource",
    "cloudwatch:PutMetricData": "CloudWatch defines no resource for it; a condition names the namespace",
    "ec2:DescribeDhcpOptions": "EC2 defines no resource for looking at networks",
    "ec2:DescribeNetworkInterfaces": "EC2 defines no resource for looking at networks",
    "ec2:DescribeSecurityGroups": "EC2 defines no resource for looking at networks",
    "ec2:DescribeSubnets": "EC2 defines no resource for looking at networks",
    "ec2:DescribeVpcs": "EC2 defines no resource for looking at networks",
    "ecr:GetAuthorizationToken": "a registry token belongs to the account; ECR defines no resource for it",
    "glue:GetClassifier": "Glue defines no resource for classifiers",
    "glue:GetSecurityConfiguration": "Glue defines no resource for security configurations",
    "kms:ListAliases": "a list of the account's aliases; KMS defines no resource for it",
    "logs:DescribeLogGroups": "a list of the account's log groups, narrowed by a prefix in the request only",
    "sns:GetSubscriptionAttributes": "SNS defines no resource for subscriptions",
}


@dataclass(frozen=True)
class Condition:
    """``test`` on ``variable``: true when one of ``values`` fits."""

    test: str
    variable: str
    values: Sequence[str]


@dataclass(frozen=True)
class Principal:
    """Whom a resource's own policy speaks of; ``kind`` is ``AWS``, ``Service``, ``Federated`` (an identity
    provider) or, in a denial, ``*``."""

    kind: Literal["AWS", "Federated", "Service", "*"]
    identifiers: Sequence[str]


@dataclass(frozen=True)
class Statement:
    """One statement of a policy; ``principals`` only in a resource's own policy or a role's trust."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str] = ()
    conditions: Sequence[Condition] = ()
    principals: Sequence[Principal] = ()
    effect: Literal["Allow", "Deny"] = "Allow"


def unscoped(sid: str, *actions: str, conditions: Sequence[Condition] = ()) -> Statement:
    """Allow ``actions`` on all resources; each must stand in ``UNSCOPED_ACTIONS`` with its reason."""
    return Statement(sid, actions, ("*",), conditions)


class PolicyDocument:
    """A policy that may grow, as an ``aws_iam_policy_document`` data source, which scanners can read."""

    def __init__(self, scope: Construct, id_: str) -> None:
        self._label = id_
        self._statements: list[Statement] = []
        self._data = aws.data_aws_iam_policy_document.DataAwsIamPolicyDocument(scope, id_)

    @property
    def json(self) -> str:
        """The policy's JSON, as a reference."""
        return self._data.json

    def add(self, statements: Iterable[Statement]) -> None:
        """Put statements in.

        Raises:
            InvalidInputError: with every statement that allows more than it names.
        """
        added = tuple(statements)
        problems = [problem for statement in added for problem in _problems(self._label, statement)]
        if problems:
            raise InvalidInputError(problems)
        self._statements += added
        self._data.put_statement([_rendered(statement) for statement in self._statements])


def document(scope: Construct, id_: str, statements: Iterable[Statement]) -> str:
    """The JSON of a policy that is known whole.

    Raises:
        InvalidInputError: with every statement that allows more than it names.
    """
    made = PolicyDocument(scope, id_)
    made.add(statements)
    return made.json


def _rendered(
    statement: Statement,
) -> aws.data_aws_iam_policy_document.DataAwsIamPolicyDocumentStatement:
    parts = aws.data_aws_iam_policy_document
    return parts.DataAwsIamPolicyDocumentStatement(
        sid=statement.sid,
        effect=statement.effect,
        actions=list(statement.actions),
        resources=list(statement.resources) or None,
        principals=[
            parts.DataAwsIamPolicyDocumentStatementPrincipals(
                type=principal.kind, identifiers=list(principal.identifiers)
            )
            for principal in statement.principals
        ]
        or None,
        condition=[
            parts.DataAwsIamPolicyDocumentStatementCondition(
                test=condition.test, variable=condition.variable, values=list(condition.values)
            )
            for condition in statement.conditions
        ]
        or None,
    )


def _problems(policy: str, statement: Statement) -> Iterable[Problem]:
    if statement.effect == "Deny":
        return
    field = f"statement {statement.sid}"
    for action in statement.actions:
        if "*" in action or "?" in action:
            yield Problem(policy, field, action, "whole action names", "Name each action.")
        elif "*" in statement.resources and action not in UNSCOPED_ACTIONS:
            remedy = "Name its resources; if AWS defines none, add it to UNSCOPED_ACTIONS with the reason."
            yield Problem(policy, field, f"{action} on *", "an action of UNSCOPED_ACTIONS", remedy)
    for principal in statement.principals:
        if principal.kind == "*" or "*" in principal.identifiers:
            yield Problem(policy, field, "everyone as principal", "named principals", "Name who may do it.")
