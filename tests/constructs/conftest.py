"""A stack to build constructs in, read back as Terraform would read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from cdktf import App, TerraformStack, Testing

import mlops.constructs  # noqa: F401 - seeds the bindings before cdktf is used
from mlops.spec import Names

Blocks = dict[str, Any]


@dataclass(frozen=True)
class Synthesized:
    """A synthesized stack."""

    terraform: Mapping[str, Any]

    def all(self, kind: str, of: str = "resource") -> list[Blocks]:
        """Every block of a resource type, or of a data source's with ``of="data"``."""
        return list(self.terraform.get(of, {}).get(kind, {}).values())

    def one(self, kind: str, **match: Any) -> Blocks:
        """The one block of a resource type whose arguments are as in ``match``."""
        found = [
            block for block in self.all(kind) if all(block.get(key) == value for key, value in match.items())
        ]
        assert len(found) == 1, f"{len(found)} blocks of {kind} match {match}"
        return found[0]

    def statements(self, role: str, granted: str = "") -> list[Blocks]:
        """The statements of the role's policies, or those whose Sid begins with ``granted``."""
        names = [
            key for key, block in self.terraform["resource"]["aws_iam_role"].items() if block["name"] == role
        ]
        assert len(names) == 1, f"{len(names)} roles are named {role}"
        reference = f"${{aws_iam_role.{names[0]}.name}}"
        policies = [self.one("aws_iam_role_policy", role=reference)["policy"]]
        for attached in self.all("aws_iam_role_policy_attachment"):
            if attached["role"] == reference:
                managed = attached["policy_arn"].removeprefix("${aws_iam_policy.").removesuffix(".arn}")
                policies.append(self.terraform["resource"]["aws_iam_policy"][managed]["policy"])
        statements: list[Blocks] = []
        for policy in policies:
            document = policy.removeprefix("${data.aws_iam_policy_document.").removesuffix(".json}")
            statements += self.terraform["data"]["aws_iam_policy_document"][document]["statement"]
        return [statement for statement in statements if statement["sid"].startswith(granted)]

    def allowed(self, role: str) -> dict[str, list[str]]:
        """Every action that the role's inline policies allow, and on which resources."""
        result: dict[str, list[str]] = {}
        for statement in self.statements(role):
            for action in statement["actions"]:
                result.setdefault(action, []).extend(statement["resources"])
        return result


Build = Callable[[TerraformStack], object]
Synth = Callable[[Build], Synthesized]


@pytest.fixture
def names() -> Names:
    return Names("mlops", "movielens", "123456789012", "eu-west-1")


@pytest.fixture
def synth() -> Synth:
    def run(build: Build) -> Synthesized:
        stack = TerraformStack(App(), "stack")
        build(stack)
        return Synthesized(json.loads(Testing.synth(stack)))

    return run


@pytest.fixture
def allowed_in() -> Callable[[Mapping[str, Any], str], dict[str, list[str]]]:
    """Every action that a role's policies allow in a stack read from a file."""
    return lambda terraform, role: Synthesized(terraform).allowed(role)
