"""A review as Markdown, for a comment on GitHub: whatever its size, it fits and can be read."""

from __future__ import annotations

from mlops.plans.change import Action
from mlops.plans.escaping import code
from mlops.plans.review import Review
from mlops.plans.stack_plan import StackPlan
from mlops.plans.stack_section import Detail, failure_section, stack_section
from mlops.plans.wording import headline, loss, outcome, verdict

#: A workflow knows its own comment by this line, and writes it anew in place of adding another.
MARKER = "<!-- plan-review -->"
#: GitHub's limit for a comment's body: https://github.com/orgs/community/discussions/27190
LIMIT = 65_536
_COUNTED = (Action.ADDED, Action.CHANGED, Action.REPLACED, Action.DESTROYED)
# The full plans go first, then what they repeat; the counts, the losses and the errors stay.
_DETAILS = (
    Detail(attributes=8, resources=300, rights=300, error=8000),
    Detail(attributes=4, resources=100, rights=60, error=4000),
    Detail(attributes=0, resources=20, rights=15, error=1500),
    Detail(attributes=0, resources=5, rights=3, error=500),
)


def render(review: Review, limit: int = LIMIT) -> str:
    """The comment's body, of at most ``limit`` characters."""
    body = ""
    for detail in _DETAILS:
        body = _body(review, detail, 0)
        if len(body) <= limit:
            return _with_texts(review, detail, limit)
    note = "\n\n… cut here: a comment may be no longer. `mlops plan` shows the rest.\n"
    return f"{body[: limit - len(note)]}{note}"


def _with_texts(review: Review, detail: Detail, limit: int) -> str:
    """With as much of the full plans as fits: the same number of characters of each."""
    low, high = 0, max((len(plan.text) for plan in review.changed), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_body(review, detail, middle)) <= limit else (low, middle - 1)
    return _body(review, detail, low)


def _body(review: Review, detail: Detail, text: int) -> str:
    title = "Drift from what is deployed" if review.drift else "Terraform plan"
    parts = [MARKER, f"## {title}", f"**{headline(review)}.** {review.compared_with}".rstrip()]
    parts += [*_losses(review, detail), *_rights(review), *_table(review)]
    parts += [f"> [!NOTE]\n> {note}" for note in review.notes]
    parts += [failure_section(failure, detail) for failure in review.failures]
    parts += [stack_section(plan, detail, text) for plan in review.changed]
    if review.unchanged:
        same = "As deployed" if review.drift else "No changes"
        parts.append(f"{same}: {', '.join(code(plan.stack) for plan in review.unchanged)}")
    return "\n\n".join(parts) + "\n"


def _losses(review: Review, detail: Detail) -> list[str]:
    lost = [loss(plan, change) for plan in review.plans for change in plan.losses]
    if not lost:
        return []
    shown = [f"> - {line}" for line in lost[: detail.resources]]
    more = [f"> - … and {len(lost) - len(shown)} more"] if len(lost) > len(shown) else []
    what = "This was lost" if review.drift else "This would be lost"
    return ["\n".join(["> [!CAUTION]", f"> **{what}:**", *shown, *more])]


def _rights(review: Review) -> list[str]:
    wider = [plan for plan in review.plans if verdict(plan).startswith("widened")]
    if not wider:
        return []
    named = ", ".join(code(plan.stack) for plan in wider)
    sweeping = any(access.sweeping for plan in wider for access in plan.access)
    how = " Some are sweeping: whole services, everything, or everyone." if sweeping else ""
    return [f"> [!WARNING]\n> **Somebody may do more than before**, in {named}.{how}"]


def _table(review: Review) -> list[str]:
    if not review.changed:
        return []
    always = () if review.drift else _COUNTED
    actions = [*always, *(action for action in Action if action not in always and review.count(action))]
    heads = ["stack", *(outcome(action, review.drift) for action in actions), "rights"]
    rule = ["---", *("--:" for _ in actions), "---"]
    return ["\n".join(_row(cells) for cells in [heads, rule, *(_cells(p, actions) for p in review.changed)])]


def _cells(plan: StackPlan, actions: list[Action]) -> list[str]:
    counts = [plan.count(action) for action in actions]
    return [code(plan.stack), *(str(count) if count else "·" for count in counts), verdict(plan) or "·"]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
