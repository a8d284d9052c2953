"""Every policy of every stack, decoded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class PolicyStatement:
    """One statement with where it stands; a resource's own policy or a trust names principals.

    ``size`` is in characters of JSON, white space aside.
    """

    where: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition_keys: tuple[str, ...]
    principals: tuple[str, ...]
    size: int


@pytest.fixture(scope="session")
def every_stack(stacks_folder: Path, accounts_folder: Path, options_folder: Path) -> list[Path]:
    """All stacks, in one account and in several, and with options of endpoints."""
    folders = (stacks_folder, accounts_folder, options_folder)
    return [stack for folder in folders for stack in sorted(folder.iterdir())]


@pytest.fixture(scope="session")
def statements(every_stack: list[Path]) -> list[PolicyStatement]:
    """The statements of all policy documents of all stacks."""
    found = [statement for stack in every_stack for statement in _statements(stack)]
    assert len(found) > 100
    return found


def _statements(stack: Path) -> Iterator[PolicyStatement]:
    terraform = json.loads((stack / "cdk.tf.json").read_text())
    for name, document in terraform.get("data", {}).get("aws_iam_policy_document", {}).items():
        for statement in document["statement"]:
            yield PolicyStatement(
                where=f"{stack.parent.parent.name}: {stack.name}: {name}: {statement['sid']}",
                effect=statement["effect"],
                actions=tuple(statement["actions"]),
                resources=tuple(statement.get("resources", ())),
                condition_keys=tuple(item["variable"] for item in statement.get("condition", ())),
                principals=tuple(
                    who for item in statement.get("principals", ()) for who in item["identifiers"]
                ),
                size=_size(statement),
            )


def _size(statement: dict[str, Any]) -> int:
    """The characters of a role's statement as IAM counts them, a reference taken for a key's ARN of 75."""
    conditions: dict[str, dict[str, list[str]]] = {}
    for item in statement.get("condition", ()):
        conditions.setdefault(item["test"], {})[item["variable"]] = item["values"]
    written = {
        "Sid": statement["sid"],
        "Effect": statement["effect"],
        "Action": statement["actions"],
        "Resource": statement.get("resources", []),
        "Condition": conditions,
    }
    return len(re.sub(r"\$\{[^}]*\}", "x" * 75, json.dumps(written, separators=(",", ":"))))


@pytest.fixture(scope="session")
def inline_policies(every_stack: list[Path]) -> list[str]:
    """The addresses of policies that are written as JSON text, which the statements above would miss."""
    found = []
    for stack in every_stack:
        terraform = json.loads((stack / "cdk.tf.json").read_text())
        for kind, blocks in terraform.get("resource", {}).items():
            for name, block in blocks.items():
                for argument in ("policy", "assume_role_policy"):
                    text = block.get(argument, "${data.aws_iam_policy_document.")
                    if not text.startswith("${data.aws_iam_policy_document."):
                        found.append(f"{stack.name}: {kind}.{name}.{argument}")
    return found
