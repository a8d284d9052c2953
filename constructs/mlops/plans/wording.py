"""The sentences that the comment and the terminal have in common."""

from __future__ import annotations

from mlops.plans.access import AccessChange
from mlops.plans.attributes import AttributeChange
from mlops.plans.change import Action, ResourceChange
from mlops.plans.policies import sentences
from mlops.plans.review import Review
from mlops.plans.stack_plan import StackPlan

_LONGEST_VALUE = 70
_LEFT_UNSAID = ("replace because cannot update", "")
_OUTSIDE = {Action.CHANGED: "changed outside Terraform", Action.DESTROYED: "deleted outside Terraform"}


def outcome(action: Action, drift: bool) -> str:
    """What happened or would happen, in a word or three."""
    return _OUTSIDE.get(action, str(action)) if drift else str(action)


def headline(review: Review) -> str:
    """What all stacks together come to."""
    found = [
        f"{review.count(action)} {outcome(action, review.drift)}" for action in Action if review.count(action)
    ]
    if not found and any(plan.outputs for plan in review.plans):
        found = ["only outputs change"]
    failed = ", ".join(failure.stack for failure in review.failures)
    parts = [f"Could not plan {failed}"] if failed else []
    parts += [", ".join(found)] if found else []
    if parts:
        return ". ".join(parts)
    if not review.plans:
        return "No stack's synthesized output changed"
    checked = _stacks(len(review.plans))
    return f"{checked} as deployed: no drift" if review.drift else f"No changes in {checked}"


def loss(plan: StackPlan, change: ResourceChange) -> str:
    """What goes with a resource."""
    verb = {Action.DESTROYED: "destroys", Action.REPLACED: "replaces"}[change.action]
    name = f" {change.name}" if change.name else ""
    if plan.drift:
        return f"{plan.stack}: {change.type}{name} is gone, and with it {change.lost}"
    return f"{plan.stack} {verb} {change.type}{name}, which loses {change.lost}"


def attribute(change: AttributeChange) -> str:
    """``path: before → after``, shortened."""
    if change.before == change.after:
        return f"{change.path}: {change.after}"
    forced = "  # forces replacement" if change.forces_replacement else ""
    return f"{change.path}: {_short(change.before)} → {_short(change.after)}{forced}"


def reason(change: ResourceChange) -> str:
    """Terraform's reason, where the attributes do not tell it."""
    return "" if change.reason in _LEFT_UNSAID else change.reason


def rights(access: AccessChange) -> list[tuple[str, str]]:
    """Each gained or lost right as ``+`` or ``-`` and its sentence; sweeping ones say so."""
    sweeping = set(sentences(access.sweeping))
    lines = [
        ("+", f"{line}   <-- SWEEPING" if line in sweeping else line)
        for some in (access.sweeping, [right for right in access.gained if not right.sweeping])
        for line in sentences(some)
    ]
    lines += [("-", line) for line in sentences(access.lost)]
    return lines + [("?", f"{name}: known only after the apply") for name in access.unknown]


def verdict(plan: StackPlan) -> str:
    """What becomes of the rights in a stack, in a word."""
    if not plan.access:
        return ""
    if any(access.sweeping for access in plan.access):
        return "widened, sweeping"
    if any(access.widens for access in plan.access):
        return "widened"
    return "unknown" if any(access.unknown for access in plan.access) else "narrowed"


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST_VALUE else f"{line[: _LONGEST_VALUE - 1]}…"


def _stacks(number: int) -> str:
    return "1 stack" if number == 1 else f"{number} stacks"
