"""What the policies of a stack allow, whether they are policy documents of Terraform or JSON in a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_JSONENCODE = re.compile(r"\$\{jsonencode\((.*)\)\}", re.DOTALL)


def wildcards(stack: dict[str, Any]) -> Iterator[str]:
    """Every statement that allows an action by a wildcard, or all but some, as a sentence with the place."""
    for section in ("data", "resource"):
        for kind, each in stack.get(section, {}).items():
            for identifier, body in each.items():
                statements = blocks(body.get("statement")) if kind == "aws_iam_policy_document" else []
                for statement in statements:
                    yield from _allowed(identifier, statement, "effect", "actions", "not_actions")
                for text in _texts(body):
                    yield from _of_text(identifier, text)


def blocks(value: Any) -> list[Any]:
    """Terraform's JSON may have a single block without a list around it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _of_text(identifier: str, text: str) -> Iterator[str]:
    encoded = _JSONENCODE.fullmatch(text.strip())
    # As cdktf's Fn.jsonencode has it: "Effect" = "Allow".
    policy = re.sub(r'"\s*=\s*', '": ', encoded[1]) if encoded else text
    if not policy.lstrip().startswith("{") or '"Statement"' not in policy:
        return
    try:
        statements = blocks(json.loads(policy).get("Statement"))
    except json.JSONDecodeError:
        yield f"{identifier} has a policy that cannot be read: use DataAwsIamPolicyDocument"
        return
    for statement in statements:
        yield from _allowed(identifier, statement, "Effect", "Action", "NotAction")


def _allowed(
    identifier: str, statement: dict[str, Any], effect: str, actions: str, not_actions: str
) -> Iterator[str]:
    if statement.get(effect, "Allow") != "Allow":
        return
    wild = [action for action in blocks(statement.get(actions)) if "*" in action or "?" in action]
    if wild:
        yield f"{identifier} allows {', '.join(wild)}: name the actions"
    if statement.get(not_actions):
        yield f"{identifier} allows all but {', '.join(blocks(statement[not_actions]))}: name the actions"
