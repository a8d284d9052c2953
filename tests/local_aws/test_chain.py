"""The chain that every request passes is documented step by step, in its order."""

from __future__ import annotations

import ast
import inspect
import re

from local_aws import chain
from tests.docs.pages import ROOT


def steps() -> list[str]:
    """The names in the one list of steps."""
    (listed,) = (
        node
        for node in ast.walk(ast.parse(inspect.getsource(chain.build)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_application"
    )
    return [ast.unparse(argument).partition("(")[0] for argument in listed.args]


def test_every_step_is_documented_in_its_order() -> None:
    page = (ROOT / "docs/local-aws.md").read_text(encoding="utf-8")
    table = page.partition("| step | |\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == steps()
