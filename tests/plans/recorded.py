"""Plans that the real Terraform and provider made; ``record.py`` wrote them."""

from __future__ import annotations

import json
from pathlib import Path

from mlops.plans import Review, StackPlan, read_plan

PLANS = Path(__file__).parent / "plans"


def text_of(change: str) -> str:
    return (PLANS / f"{change}.txt").read_text()


def recorded(change: str, stack: str | None = None) -> StackPlan:
    """The plan of one change of ``reviewed/main.tf``."""
    plan_json = (PLANS / f"{change}.json").read_text()
    return read_plan(stack or change, plan_json, text_of(change), drift=change == "drift")


def reviewed(*changes: str) -> Review:
    """A review of these plans, each as a stack of its own."""
    return Review(tuple(recorded(change) for change in changes), drift="drift" in changes)


def many(number: int) -> StackPlan:
    """The recorded addition of topics, as if it were of ``number`` topics."""
    plan = json.loads((PLANS / "additions.json").read_text())
    [topic, *_] = [change for change in plan["resource_changes"] if change["change"]["actions"] == ["create"]]
    changes = []
    for index in range(number):
        copy = json.loads(json.dumps(topic).replace("reviewed-0", f"reviewed-{index}"))
        changes.append({**copy, "address": f"aws_sns_topic.added[{index}]", "index": index})
    block = text_of("additions").split("\n\n")[2]
    return read_plan("many", json.dumps({**plan, "resource_changes": changes}), "\n\n".join([block] * number))
