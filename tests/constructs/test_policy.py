"""Statements: what allows more than it names is refused, all of it at once."""

from __future__ import annotations

from typing import Any

import pytest

from mlops.constructs.policy import UNSCOPED_ACTIONS, Condition, Principal, Statement, document, unscoped
from mlops.spec import InvalidInputError


def test_a_statement_becomes_a_readable_policy_document(synth: Any) -> None:
    condition = Condition("StringEquals", "aws:SourceAccount", ("123456789012",))
    statement = Statement("Read", ("s3:GetObject",), ("arn:aws:s3:::bucket/*",), (condition,))
    stack = synth(lambda stack: document(stack, "policy", [statement]))
    assert stack.all("aws_iam_policy_document", "data")[0]["statement"] == [
        {
            "sid": "Read",
            "effect": "Allow",
            "actions": ["s3:GetObject"],
            "resources": ["arn:aws:s3:::bucket/*"],
            "condition": [
                {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["123456789012"]}
            ],
        }
    ]


def test_everything_too_wide_is_told_at_once_with_its_statement(synth: Any) -> None:
    statements = [
        Statement("Everything", ("s3:*",), ("arn:aws:s3:::bucket",)),
        Statement("Anywhere", ("s3:GetObject",), ("*",)),
        Statement(
            "Anyone", ("s3:GetObject",), ("arn:aws:s3:::bucket",), principals=(Principal("*", ("*",)),)
        ),
    ]
    with pytest.raises(InvalidInputError) as caught:
        synth(lambda stack: document(stack, "policy", statements))
    assert [(problem.field, problem.given) for problem in caught.value.problems] == [
        ("statement Everything", "s3:*"),
        ("statement Anywhere", "s3:GetObject on *"),
        ("statement Anyone", "everyone as principal"),
    ]


def test_a_denial_may_be_as_wide_as_it_likes(synth: Any) -> None:
    denial = Statement("None", ("s3:*",), ("*",), principals=(Principal("*", ("*",)),), effect="Deny")
    assert synth(lambda stack: document(stack, "policy", [denial])).all("aws_iam_policy_document", "data")


def test_an_action_without_resources_may_be_allowed_on_all(synth: Any) -> None:
    action = next(iter(UNSCOPED_ACTIONS))
    statement = unscoped("Needed", action)
    assert synth(lambda stack: document(stack, "policy", [statement])).all("aws_iam_policy_document", "data")


def test_every_action_allowed_on_all_resources_truly_has_none() -> None:
    from policy_sentry.querying.actions import get_action_data

    for action, reason in UNSCOPED_ACTIONS.items():
        service, name = action.split(":")
        known = get_action_data(service, name)
        assert known, f"AWS has no action {action}"
        assert {row["resource_arn_format"] for row in known[service]} == {"*"}, action
        assert reason
