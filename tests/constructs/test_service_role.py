"""Roles: who may take them on, what is granted, and what waits for the grants."""

from __future__ import annotations

from typing import Any

import pytest
from cdktf import TerraformStack

from mlops.constructs import aws
from mlops.constructs.policy import Statement
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import InvalidInputError

READ = Statement("Read", ("s3:GetObject",), ("arn:aws:s3:::bucket/*",))


def role(stack: TerraformStack, *source_arns: str) -> ServiceRole:
    config = ServiceRoleConfig(
        name="crawler",
        service="glue.amazonaws.com",
        account_id="123456789012",
        description="Crawls",
        source_arns=source_arns,
    )
    return ServiceRole(stack, "role", config)


def test_only_the_service_takes_the_role_on_for_this_account_and_these_resources(synth: Any) -> None:
    stack = synth(lambda stack: role(stack, "arn:aws:glue:eu-west-1:123456789012:crawler/x"))
    [trust] = stack.all("aws_iam_policy_document", "data")[0]["statement"]
    assert trust["principals"] == [{"type": "Service", "identifiers": ["glue.amazonaws.com"]}]
    assert {(c["variable"], *c["values"]) for c in trust["condition"]} == {
        ("aws:SourceAccount", "123456789012"),
        ("aws:SourceArn", "arn:aws:glue:eu-west-1:123456789012:crawler/x"),
    }


def test_what_depends_on_the_role_waits_for_its_policies(synth: Any) -> None:
    def build(stack: TerraformStack) -> None:
        made = role(stack)
        made.grant("read", READ)
        aws.sns_topic.SnsTopic(stack, "user", depends_on=made.dependencies)

    [topic] = synth(build).all("aws_sns_topic")
    assert [name.split(".")[0] for name in topic["depends_on"]] == ["aws_iam_role", "aws_iam_role_policy"]


def test_a_role_is_passed_to_its_own_service_only(synth: Any) -> None:
    def build(stack: TerraformStack) -> None:
        made = role(stack)
        made.grant("pass", made.pass_role_statement())

    [statement] = synth(build).statements("crawler", "Pass")
    assert statement["resources"] == ["arn:aws:iam::123456789012:role/crawler"]
    assert statement["condition"] == [
        {"test": "StringEquals", "variable": "iam:PassedToService", "values": ["glue.amazonaws.com"]}
    ]


def test_a_wildcard_action_is_not_granted(synth: Any) -> None:
    with pytest.raises(InvalidInputError, match="whole action names"):
        synth(lambda stack: role(stack).grant("all", Statement("All", ("s3:Get*",), ("arn:aws:s3:::b/*",))))
