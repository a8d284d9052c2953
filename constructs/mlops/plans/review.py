"""The plans of several stacks, to be shown together."""

from __future__ import annotations

from dataclasses import dataclass

from mlops.plans.change import Action
from mlops.plans.stack_plan import StackPlan


@dataclass(frozen=True)
class FailedPlan:
    """A stack that could not be planned: what was said, in its own words, and what to do."""

    stack: str
    error: str
    remedy: str


@dataclass(frozen=True)
class Review:
    """What a change would do to every stack that it concerns.

    ``compared_with`` says in words what decided which stacks are planned; ``notes`` are sentences for the
    reader, such as which stacks were left out and why.
    """

    plans: tuple[StackPlan, ...]
    failures: tuple[FailedPlan, ...] = ()
    compared_with: str = ""
    notes: tuple[str, ...] = ()
    drift: bool = False

    @property
    def exit_code(self) -> int:
        """As ``terraform plan -detailed-exitcode``: 0 nothing changes, 1 an error, 2 something changes."""
        return 1 if self.failures else 2 if self.changed else 0

    @property
    def changed(self) -> tuple[StackPlan, ...]:
        """The plans that do something."""
        return tuple(plan for plan in self.plans if not plan.empty)

    @property
    def unchanged(self) -> tuple[StackPlan, ...]:
        """The plans that do nothing."""
        return tuple(plan for plan in self.plans if plan.empty)

    def count(self, action: Action) -> int:
        """How many resources of all stacks this happens to."""
        return sum(plan.count(action) for plan in self.plans)
