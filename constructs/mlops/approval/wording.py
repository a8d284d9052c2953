"""The sentences that the page, the text and the approval have in common."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.approval.evidence import Evidence, Predecessor
from mlops.plans.change import Action
from mlops.plans.stack_plan import StackPlan
from mlops.plans.wording import loss, verdict

# Together with QA's summary and Plan's own facts within the 1,000 characters of an approval.
SUMMARY_LENGTH = 300
CHANGES_LENGTH = 170
_ON_THE_PAGE = "on the page"
_LOUD = (Action.DESTROYED, Action.REPLACED)
_SHORT = 12


def happens(plan: StackPlan) -> str:
    """What the plan does, in numbers; what cannot be taken back in capitals."""
    found = [f"{plan.count(action)} {word(action)}" for action in Action if plan.count(action)] or [
        "only outputs change" if plan.outputs else "nothing changes"
    ]
    return ", ".join(found)


def word(action: Action) -> str:
    """An action's word, in capitals where it cannot be taken back."""
    return str(action).upper() if action in _LOUD else str(action)


def access(plan: StackPlan) -> str:
    """What the plan does to rights, in a sentence; empty where nothing."""
    found = verdict(plan)
    if found.startswith("widened"):
        sweeping = ", some of it sweeping" if found.endswith("sweeping") else ""
        return f"somebody MAY DO MORE than before{sweeping}"
    return {"unknown": "rights change, known only after the apply", "narrowed": "rights are taken away"}.get(
        found, ""
    )


def loud(plan: StackPlan) -> bool:
    """Whether something is lost for good, or somebody may do more than before."""
    return bool(plan.losses) or verdict(plan).startswith("widened")


def summary(plan: StackPlan) -> str:
    """What happens, what is lost for good and what becomes of rights: in ``SUMMARY_LENGTH`` characters.

    What does not fit is counted, never left out in silence.
    """
    facts = "; ".join(filter(None, (happens(plan), access(plan))))
    if not plan.losses:
        return f"{facts}; nothing is lost for good" if plan.changes else facts
    head = f"{facts}; {len(plan.losses)} LOST FOR GOOD: "
    return head + _fitting([loss(plan, change) for change in plan.losses], SUMMARY_LENGTH - len(head))


def replaces(before: Predecessor | None) -> str:
    """Which release goes."""
    if before is None:
        return "This is the first release: PROD serves none."
    serving = before.serving
    failed = "" if serving.passed else ", though it DID NOT PASS its test there"
    return f"PROD serves the release {serving.release_id} since {serving.since:%Y-%m-%d %H:%M} UTC{failed}."


def commits(evidence: Evidence) -> str:
    """The commits, as git's range; of a first release, its own."""
    after = evidence.release.commit
    before = evidence.before.release if evidence.before else None
    if before is None:
        return after[:_SHORT]
    if before.commit == after:
        return f"{after[:_SHORT]}, the same"
    return f"{before.commit[:_SHORT]}..{after[:_SHORT]}"


def changes(evidence: Evidence) -> str:
    """What changed since PROD's release, in ``CHANGES_LENGTH`` characters."""
    if evidence.before is None:
        return f"everything: the first release, commit {commits(evidence)}"
    found = evidence.differences
    if found is None:
        return f"unknown, the ledger has no manifest of it; commit {commits(evidence)}"
    head = f"commit {commits(evidence)}; "
    parts = [str(difference) for difference in found.differing]
    parts += [f"the same {', '.join(found.same)}"] if found.same else []
    return head + _fitting(parts, CHANGES_LENGTH - len(head))


def _fitting(parts: Sequence[str], room: int) -> str:
    """As many of the parts as fit in a line, and how many more there are."""
    parts = [" ".join(part.split()) for part in parts]
    for count in range(len(parts), -1, -1):
        left = len(parts) - count
        more = [f"{left} more {_ON_THE_PAGE}" if count else f"all of it {_ON_THE_PAGE}"] if left else []
        text = "; ".join([*parts[:count], *more])
        if len(text) <= room:
            return text
    return _ON_THE_PAGE
