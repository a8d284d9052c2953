"""What every stack must keep, whoever wrote it.

- its provider works in one account only: ``allowed_account_ids``;
- no statement allows an action by a wildcard, or all actions but some;
- every bucket is encrypted with a key of one's own, and closed to the public;
- it refers to no other stack's state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mlops.testing.policies import blocks, wildcards

_FLAGS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def problems(name: str, stack: dict[str, Any]) -> list[str]:
    """Every broken rule of a stack, each a sentence with the place and the remedy."""
    found = [*_account(stack), *wildcards(stack), *_buckets(stack), *_other_stacks(stack)]
    return [f"{name}: {problem}" for problem in found]


def _account(stack: dict[str, Any]) -> Iterator[str]:
    for provider in stack.get("provider", {}).get("aws", [{}]):
        if len(provider.get("allowed_account_ids", ())) != 1:
            yield "its provider may work in any account: derive the stack from ExampleStack"


def _buckets(stack: dict[str, Any]) -> Iterator[str]:
    resources = stack.get("resource", {})
    for identifier in resources.get("aws_s3_bucket", {}):
        for kind, protects, what in (
            ("aws_s3_bucket_server_side_encryption_configuration", _encrypts, "is not encrypted with a key"),
            ("aws_s3_bucket_public_access_block", _closes, "is not closed to the public"),
        ):
            its = [each for each in resources.get(kind, {}).values() if _is_of(identifier, each)]
            if not any(protects(each) for each in its):
                yield f"the bucket {identifier} {what}: use PrivateBucket"


def _is_of(bucket: str, configuration: dict[str, Any]) -> bool:
    return f"aws_s3_bucket.{bucket}." in configuration.get("bucket", "")


def _encrypts(configuration: dict[str, Any]) -> bool:
    rules = blocks(configuration.get("rule"))
    return bool(rules) and all(map(_by_a_key, rules))


def _by_a_key(rule: dict[str, Any]) -> bool:
    """``aws:kms`` without a key means AWS's own key, which no policy of the account limits."""
    defaults = blocks(rule.get("apply_server_side_encryption_by_default"))
    return bool(defaults) and all(
        each.get("sse_algorithm") == "aws:kms" and each.get("kms_master_key_id") for each in defaults
    )


def _closes(configuration: dict[str, Any]) -> bool:
    """A flag left out is false."""
    return all(configuration.get(flag) is True for flag in _FLAGS)


def _other_stacks(stack: dict[str, Any]) -> Iterator[str]:
    if "terraform_remote_state" in json.dumps(stack):
        yield "it reads another stack's state: take the name from self.names"
