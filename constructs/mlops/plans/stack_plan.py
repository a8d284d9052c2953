"""The summary of one stack's plan, read from the JSON that ``terraform show -json`` prints.

https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlops.plans.access import AccessChange, Policies
from mlops.plans.attributes import attribute_changes
from mlops.plans.change import Action, ResourceChange
from mlops.spec import InvalidInputError, Problem

#: Of the format's version 1.x; minor versions differ in what a reader may ignore.
FORMAT = "1"
_ACTIONS = {
    ("create",): Action.ADDED,
    ("update",): Action.CHANGED,
    ("delete",): Action.DESTROYED,
    ("forget",): Action.FORGOTTEN,
    ("delete", "create"): Action.REPLACED,
    ("create", "delete"): Action.REPLACED,
    ("create", "forget"): Action.REPLACED,
}
_NAMES = ("name", "bucket", "key", "id", "arn")


@dataclass(frozen=True)
class StackPlan:
    """What one stack's plan would do; with ``drift``, what was changed without Terraform.

    ``text`` is Terraform's own account of it, in which sensitive values are hidden. ``outputs`` names the
    outputs that change.
    """

    stack: str
    changes: tuple[ResourceChange, ...]
    access: tuple[AccessChange, ...] = ()
    outputs: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    drift: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not self.changes and not self.outputs

    @property
    def losses(self) -> tuple[ResourceChange, ...]:
        """The resources that take something with them for good."""
        return tuple(change for change in self.changes if change.lost)

    def count(self, action: Action) -> int:
        """How many resources this happens to."""
        return Counter(change.action for change in self.changes)[action]

    def of(self, action: Action) -> tuple[ResourceChange, ...]:
        """The resources that this happens to."""
        return tuple(change for change in self.changes if change.action is action)


def read_plan(stack: str, plan_json: str, text: str = "", *, drift: bool = False) -> StackPlan:
    """The summary of a plan from its JSON; ``text`` is what ``terraform show -no-color`` prints of it.

    Raises:
        InvalidInputError: it is no plan, or of a format that this does not know.
    """
    plan = _checked(stack, plan_json)
    policies = Policies(plan)
    changes, access = [], []
    for resource in plan.get("resource_drift" if drift else "resource_changes", ()):
        action = _action(resource)
        if action is None:
            continue
        change, name = resource["change"], _name(resource["change"])
        both = action in (Action.CHANGED, Action.REPLACED)
        attributes = attribute_changes(change, policies.configured(resource["address"])) if both else ()
        if drift and action is Action.CHANGED and not attributes:
            continue  # Nothing but an absent value that is now an empty one.
        reason = resource.get("action_reason", "").replace("_", " ")
        address = _address(resource)
        changes.append(ResourceChange(address, resource["type"], name, action, attributes, reason))
        rights = policies.change(resource["address"], resource["type"], name, change)
        access += [rights] if rights else []
    outputs = () if drift else tuple(_outputs(plan))
    order = list(Action)
    changes.sort(key=lambda change: (order.index(change.action), change.address))
    return StackPlan(stack, tuple(changes), tuple(access), outputs, text.strip("\n"), drift)


def _checked(stack: str, plan_json: str) -> dict[str, Any]:
    try:
        plan = json.loads(plan_json)
    except ValueError as error:
        raise _unreadable(stack, "(plan)", str(error), "the JSON of a plan") from error
    given = plan.get("format_version") if isinstance(plan, dict) else None
    if not isinstance(given, str) or given.partition(".")[0] != FORMAT:
        raise _unreadable(stack, "format_version", repr(given), f"{FORMAT}.x")
    return dict(plan)


def _unreadable(stack: str, name: str, given: str, allowed: str) -> InvalidInputError:
    remedy = "Give it what `terraform show -json <plan file>` of Terraform 1.10 or newer prints."
    return InvalidInputError([Problem(stack, name, given, allowed, remedy)])


def _action(resource: Mapping[str, Any]) -> Action | None:
    """None for what stays as it is and for data sources, which are only read."""
    if resource["mode"] != "managed":
        return None
    change = resource["change"]
    action = _ACTIONS.get(tuple(change["actions"]))
    if action is None and change.get("importing"):
        return Action.IMPORTED
    if action is None and resource.get("previous_address"):
        return Action.MOVED
    return action


def _address(resource: Mapping[str, Any]) -> str:
    """With the old address of what moves, and the key of an object left over from a failed replacement."""
    address = str(resource["address"])
    if resource.get("deposed"):
        return f"{address} (deposed object {resource['deposed']})"
    if resource.get("previous_address"):
        return f"{address} (was {resource['previous_address']})"
    return address


def _name(change: Mapping[str, Any]) -> str:
    for side in ("after", "before"):
        values, hidden = change.get(side) or {}, change.get(f"{side}_sensitive") or {}
        for key in _NAMES:
            if isinstance(values.get(key), str) and values[key] and not (hidden is True or hidden.get(key)):
                return str(values[key])
    return ""


def _outputs(plan: Mapping[str, Any]) -> Iterator[str]:
    for name, change in sorted((plan.get("output_changes") or {}).items()):
        if change["actions"] != ["no-op"]:
            yield name
