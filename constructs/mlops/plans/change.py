"""One resource that a plan changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mlops.plans.attributes import AttributeChange
from mlops.plans.stateful import lost_with


class Action(StrEnum):
    """What happens to a resource, the gravest first."""

    DESTROYED = "destroyed"
    REPLACED = "replaced"
    FORGOTTEN = "forgotten"
    CHANGED = "changed"
    IMPORTED = "imported"
    MOVED = "moved"
    ADDED = "added"


@dataclass(frozen=True)
class ResourceChange:
    """``address`` is Terraform's, ``name`` the one that AWS knows, or empty; ``reason`` in Terraform's words.

    ``attributes`` are those that change; of a resource that is added or destroyed, none.
    """

    address: str
    type: str
    name: str
    action: Action
    attributes: tuple[AttributeChange, ...] = ()
    reason: str = ""

    @property
    def lost(self) -> str | None:
        """What goes with it for good, such as a bucket's objects; None where nothing does."""
        return lost_with(self.type) if self.action in (Action.DESTROYED, Action.REPLACED) else None
