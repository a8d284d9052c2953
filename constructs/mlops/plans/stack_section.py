"""One stack's part of the comment: resources by what happens to them, rights, and the full plan folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlops.plans.access import AccessChange
from mlops.plans.change import Action, ResourceChange
from mlops.plans.escaping import code, cut, fenced, folded
from mlops.plans.review import FailedPlan
from mlops.plans.stack_plan import StackPlan
from mlops.plans.wording import attribute, outcome, reason, rights

_FOLD_ABOVE = 10


@dataclass(frozen=True)
class Detail:
    """How much is told: attributes of a resource, resources of an action, rights of a resource, and
    characters of an error."""

    attributes: int
    resources: int
    rights: int
    error: int


def stack_section(plan: StackPlan, detail: Detail, text: int) -> str:
    """The stack's changes, with at most ``text`` characters of Terraform's own plan."""
    parts = [f"### {plan.stack}"]
    parts += [_group(plan, action, detail) for action in Action if plan.count(action)]
    if plan.outputs:
        parts.append(f"**Outputs that change**: {', '.join(code(name) for name in plan.outputs)}")
    if plan.access:
        parts += ["**Rights: who may do what**", *_rights(plan.access, detail)]
    if plan.text:
        parts.append(_full(plan, text))
    return "\n\n".join(parts)


def failure_section(failure: FailedPlan, detail: Detail) -> str:
    """The stack that could not be planned, the error's own words and the remedy."""
    said = fenced(cut(failure.error, detail.error))
    return f"### {failure.stack}: the plan failed\n\n{said}\n\n**What to do**: {failure.remedy}"


def _group(plan: StackPlan, action: Action, detail: Detail) -> str:
    changes = plan.of(action)
    head = f"{outcome(action, plan.drift)}: {len(changes)}"
    shown = [line for change in changes[: detail.resources] for line in _resource(change, detail)]
    if len(changes) > detail.resources:
        shown.append(f"- … and {len(changes) - detail.resources} more")
    if len(changes) <= _FOLD_ABOVE:
        return "\n".join([f"**{head}**", "", *shown])
    kinds = Counter(change.type for change in changes).most_common()
    return folded(f"{head} ({', '.join(f'{count} {kind}' for kind, count in kinds)})", "\n".join(shown))


def _resource(change: ResourceChange, detail: Detail) -> Iterator[str]:
    name = f" {code(change.name)}" if change.name else ""
    lost = f": **loses {change.lost}**" if change.lost else ""
    because = f" ({reason(change)})" if reason(change) else ""
    yield f"- {code(change.address)}{name}{because}{lost}"
    ordered = sorted(change.attributes, key=lambda item: not item.forces_replacement)
    for item in ordered[: detail.attributes]:
        yield f"  - {code(attribute(item))}"
    if len(ordered) > detail.attributes > 0:
        yield f"  - … and {len(ordered) - detail.attributes} more"


def _rights(access: Sequence[AccessChange], detail: Detail) -> Iterator[str]:
    for change in access:
        lines = [f"{sign} {line}" for sign, line in rights(change)]
        shown = lines[: detail.rights]
        if len(lines) > len(shown):
            shown.append(f"  … and {len(lines) - len(shown)} more")
        block = fenced("\n".join(shown), "diff")
        gained, lost = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        head = f"{change.address}: {gained} gained, {lost} lost"
        yield folded(head, block) if len(shown) > _FOLD_ABOVE else f"{code(change.address)}\n{block}"


def _full(plan: StackPlan, text: int) -> str:
    if len(plan.text) <= text:
        return folded("Full plan", fenced(plan.text))
    lines, whole = cut(plan.text, text).count("\n"), plan.text.count("\n")
    head = f"Full plan, cut to {lines} of {whole} lines: a comment has no room for more"
    return folded(head, fenced(cut(plan.text, text)))
