"""The rules that every stack keeps: each is seen broken."""

from __future__ import annotations

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
        "aws_s3_bucket_server_side_encryption_configuration": {
            "models_encryption": {
                "bucket": "${aws_s3_bucket.models.id}",
                "rule": [{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}],
            }
        },
        "aws_s3_bucket_public_access_block": {
            "models_block": {
                "bucket": "${aws_s3_bucket.models.id}",
                "block_public_acls": True,
                "restrict_public_buckets": True,
            }
        },
    },
}
ENCRYPTION = ("resource", "aws_s3_bucket_server_side_encryption_configuration", "models_encryption")
BLOCK = ("resource", "aws_s3_bucket_public_access_block", "models_block")


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
            (*ENCRYPTION, "rule", 0, "apply_server_side_encryption_by_default", "sse_algorithm"),
            "AES256",
            "models is not encrypted with a key",
        ),
        ((*BLOCK, "block_public_acls"), False, "models is not closed to the public"),
        (("resource", "aws_s3_bucket_public_access_block"), {}, "models is not closed to the public"),
        (("data", "terraform_remote_state"), {"other": {}}, "reads another stack's state"),
    ],
)
def test_a_broken_rule_is_named_with_its_place(path: tuple[Any, ...], value: Any, said: str) -> None:
    [problem] = broken(path, value)
    assert problem.startswith("churn-init: ")
    assert said in problem
