"""A review at the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from mlops.plans.access import AccessChange
from mlops.plans.change import Action, ResourceChange
from mlops.plans.review import Review
from mlops.plans.stack_plan import StackPlan
from mlops.plans.wording import attribute, headline, loss, outcome, reason, rights

_STYLES = {
    Action.ADDED: "green",
    Action.CHANGED: "yellow",
    Action.REPLACED: "magenta",
    Action.DESTROYED: "red",
}
_SIGNS = {"+": "green", "-": "red", "?": "yellow"}


def show(review: Review, console: Console, *, full: bool = False) -> None:
    """Print the review; with ``full``, Terraform's own plans too."""
    for plan in review.changed:
        _stack(console, plan)
        if full:
            _line(console, f"\n{plan.text}")
    for failure in review.failures:
        _line(console, f"\n{failure.stack}: the plan failed", "bold red")
        _line(console, failure.error)
        _line(console, f"What to do: {failure.remedy}", "bold")
    if review.unchanged:
        names = ", ".join(plan.stack for plan in review.unchanged)
        _line(console, f"\n{'As deployed' if review.drift else 'No changes'}: {names}", "green")
    for note in review.notes:
        _line(console, f"Note: {note}", "dim")
    for plan in review.plans:
        for change in plan.losses:
            _line(console, f"LOSS  {loss(plan, change)}", "bold red")
    _line(console, f"\n{headline(review)}. {review.compared_with}", "bold")


def _stack(console: Console, plan: StackPlan) -> None:
    _line(console, f"\n{plan.stack}", "bold")
    for change in plan.changes:
        _resource(console, plan, change)
    for name in plan.outputs:
        _line(console, f"  output changes: {name}")
    if plan.access:
        _line(console, "  rights:", "bold")
    for access in plan.access:
        _access(console, access)


def _resource(console: Console, plan: StackPlan, change: ResourceChange) -> None:
    because = f" ({reason(change)})" if reason(change) else ""
    name = f" {change.name}" if change.name else ""
    _line(
        console,
        f"  {outcome(change.action, plan.drift)} {change.address}{name}{because}",
        _STYLES.get(change.action),
    )
    for item in change.attributes:
        _line(console, f"      {attribute(item)}")


def _access(console: Console, access: AccessChange) -> None:
    _line(console, f"    {access.address}")
    for sign, line in rights(access):
        _line(console, f"      {sign} {line}", _SIGNS[sign])


def _line(console: Console, text: str, style: str | None = None) -> None:
    console.print(Text(text, style=style or ""), soft_wrap=True)
