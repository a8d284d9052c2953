"""What every stack must keep, whoever wrote it.

- its provider works in one account only: ``allowed_account_ids``;
- no statement allows an action by a wildcard;
- every bucket is encrypted with a key of one's own, and closed to the public;
- it refers to no other stack's state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def problems(name: str, stack: dict[str, Any]) -> list[str]:
    """Every broken rule of a stack, each a sentence with the place and the remedy."""
    found = [*_account(stack), *_wildcards(stack), *_buckets(stack), *_other_stacks(stack)]
    return [f"{name}: {problem}" for problem in found]


def _account(stack: dict[str, Any]) -> Iterator[str]:
    for provider in stack.get("provider", {}).get("aws", [{}]):
        if len(provider.get("allowed_account_ids", ())) != 1:
            yield "its provider may work in any account: derive the stack from ExampleStack"


def _wildcards(stack: dict[str, Any]) -> Iterator[str]:
    for identifier, document in stack.get("data", {}).get("aws_iam_policy_document", {}).items():
        for statement in document.get("statement", ()):
            wild = [action for action in statement.get("actions", ()) if "*" in action or "?" in action]
            if wild and statement.get("effect", "Allow") == "Allow":
                yield f"{identifier} allows {', '.join(wild)}: name the actions"


def _buckets(stack: dict[str, Any]) -> Iterator[str]:
    resources = stack.get("resource", {})
    for identifier in resources.get("aws_s3_bucket", {}):
        for kind, what in (
            ("aws_s3_bucket_server_side_encryption_configuration", "is not encrypted with a key"),
            ("aws_s3_bucket_public_access_block", "is not closed to the public"),
        ):
            if not any(_is_of(identifier, each) for each in resources.get(kind, {}).values()):
                yield f"the bucket {identifier} {what}: use PrivateBucket"


def _is_of(bucket: str, configuration: dict[str, Any]) -> bool:
    """Whether the configuration is the bucket's, and protects it."""
    rules = configuration.get("rule", ())
    keys = [rule.get("apply_server_side_encryption_by_default", {}).get("sse_algorithm") for rule in rules]
    blocks = [configuration.get(name, True) for name in ("block_public_acls", "restrict_public_buckets")]
    refers = f"aws_s3_bucket.{bucket}." in configuration.get("bucket", "")
    return refers and all(blocks) and all(key == "aws:kms" for key in keys)


def _other_stacks(stack: dict[str, Any]) -> Iterator[str]:
    if "terraform_remote_state" in json.dumps(stack):
        yield "it reads another stack's state: take the name from self.names"
