"""The rules that every stack keeps: each is seen broken."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from mlops.testing.rules import problems

KEPT: dict[str, Any] = {
    "provider": {"aws": [{"allowed_account_ids": ["123456789012"]}]},
    "data": {
        "aws_iam_policy_document": {
            "read": {"statement": [{"effect": "Allow", "actions": ["s3:GetObject"]}]},
            "deny": {"statement": [{"effect": "Deny", "actions": ["s3:*"]}]},
        }
    },
    "resource": {
        "aws_s3_bucket": {"models": {}},
        "aws_iam_role": {
            "writer": {"assume_role_policy": json.dumps({"Statement": {"Action": "sts:AssumeRole"}})},
            "reader": {
                "inline_policy": [{"policy": '${jsonencode({"Statement" = [{"Action" = "s3:Get"}]})}'}]
            },
        },
        "aws_s3_bucket_server_side_encryption_configuration": {
            "models_encryption": {
                "bucket": "${aws_s3_bucket.models.id}",
                "rule": [
                    {
                        "apply_server_side_encryption_by_default": {
                            "sse_algorithm": "aws:kms",
                            "kms_master_key_id": "${aws_kms_key.models.arn}",
                        }
                    }
                ],
            }
        },
        "aws_s3_bucket_public_access_block": {
            "models_block": {
                "bucket": "${aws_s3_bucket.models.id}",
                "block_public_acls": True,
                "block_public_policy": True,
                "ignore_public_acls": True,
                "restrict_public_buckets": True,
            }
        },
    },
}
ENCRYPTION = ("resource", "aws_s3_bucket_server_side_encryption_configuration", "models_encryption")
RULE = (*ENCRYPTION, "rule", 0, "apply_server_side_encryption_by_default")
STATEMENT = ("data", "aws_iam_policy_document", "read", "statement", 0)
INLINE = ("resource", "aws_iam_role", "writer", "inline_policy")
BLOCK = ("resource", "aws_s3_bucket_public_access_block", "models_block")

POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", %s, "Resource": "*"}]}'
ENCODED = '${jsonencode({"Statement" = [{"Effect" = "Allow", "Action" = "*", "Resource" = "*"}]})}'


def broken(path: tuple[Any, ...], value: Any) -> list[str]:
    stack = deepcopy(KEPT)
    place = stack
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return problems("churn-init", stack)


def test_a_stack_that_keeps_the_rules_has_no_problems() -> None:
    assert problems("churn-init", KEPT) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("provider", "aws"), [{}], "its provider may work in any account"),
        (("provider", "aws", 0, "allowed_account_ids"), ["1", "2"], "its provider may work in any account"),
        (
            ("data", "aws_iam_policy_document", "read", "statement", 0, "actions"),
            ["s3:GetObject", "s3:Put*"],
            "read allows s3:Put*: name the actions",
        ),
        ((*ENCRYPTION, "bucket"), "${aws_s3_bucket.other.id}", "models is not encrypted with a key"),
        (
            (*RULE, "sse_algorithm"),
            "AES256",
            "models is not encrypted with a key",
        ),
        ((*RULE, "kms_master_key_id"), None, "models is not encrypted with a key"),
        (RULE, None, "models is not encrypted with a key"),
        ((*ENCRYPTION, "rule"), [], "models is not encrypted with a key"),
        (ENCRYPTION, {"bucket": "${aws_s3_bucket.models.id}"}, "models is not encrypted with a key"),
        (STATEMENT, {"not_actions": ["iam:*"]}, "read allows all but iam:*: name the actions"),
        (STATEMENT, {"actions": ["*"]}, "read allows *: name the actions"),
        (STATEMENT[:-1], {"actions": ["*"]}, "read allows *: name the actions"),
        (INLINE, {"policy": POLICY % '"Action": "*"'}, "writer allows *: name the actions"),
        (INLINE, [{"policy": POLICY % '"Action": ["s3:Get", "s3:P*"]'}], "writer allows s3:P*: name"),
        (INLINE, {"policy": POLICY % '"NotAction": "iam:*"'}, "writer allows all but iam:*: name"),
        (INLINE, {"policy": ENCODED}, "writer allows *: name the actions"),
        (INLINE, {"policy": '{"Statement": [}'}, "writer has a policy that cannot be read"),
        (BLOCK, {"bucket": "${aws_s3_bucket.models.id}"}, "models is not closed to the public"),
        (("resource", "aws_s3_bucket_public_access_block"), {}, "models is not closed to the public"),
        (("data", "terraform_remote_state"), {"other": {}}, "reads another stack's state"),
    ],
)
def test_a_broken_rule_is_named_with_its_place(path: tuple[Any, ...], value: Any, said: str) -> None:
    [problem] = broken(path, value)
    assert problem.startswith("churn-init: ")
    assert said in problem


@pytest.mark.parametrize(
    "flag", ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
)
@pytest.mark.parametrize("value", [False, None])
def test_each_flag_that_is_not_set_leaves_a_bucket_open(flag: str, value: bool | None) -> None:
    [problem] = broken((*BLOCK, flag), value)
    assert "models is not closed to the public" in problem


def test_what_a_json_policy_denies_it_may_deny_by_a_wildcard() -> None:
    assert broken(INLINE, {"policy": POLICY.replace("Allow", "Deny") % '"NotAction": "s3:*"'}) == []
