"""Which pushes start a pipeline, and why: the triggers of a V2 pipeline, or the source action's own setting.

Sources: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_aws.codepipeline.declaration import Action, Declaration
from local_aws.globs import matching

Filter = Mapping[str, Any]

_MOST_NAMED = 3


@dataclass(frozen=True)
class Push:
    """What happened to one branch or tag; ``files`` is None where there is nothing to compare with."""

    name: str
    is_tag: bool
    files: Sequence[str] | None

    @property
    def kind(self) -> str:
        """``tag`` or ``branch``."""
        return "tag" if self.is_tag else "branch"


@dataclass(frozen=True)
class Verdict:
    """Whether a push starts a pipeline, and the sentence that says why."""

    starts: bool
    reason: str


def decide(declaration: Declaration, source: Action, push: Push) -> Verdict:
    """What a push to the repository of a source action means for its pipeline."""
    declared = [
        trigger["gitConfiguration"]
        for trigger in declaration.triggers
        if trigger.get("gitConfiguration", {}).get("sourceActionName") == source.name
    ]
    if not declared:
        return _without_triggers(source, push)
    pushes = [each for configuration in declared for each in configuration.get("push") or []]
    if not pushes:
        return Verdict(False, "its trigger takes pull requests only")
    verdicts = [_filtered(each, push) for each in pushes]
    started = [verdict for verdict in verdicts if verdict.starts]
    return started[0] if started else Verdict(False, "; ".join(v.reason for v in verdicts))


def _without_triggers(source: Action, push: Push) -> Verdict:
    """The default change detection: every push to the one branch that the source action names."""
    branch, detected = source.branch, source.detects_changes
    if push.is_tag or push.name != branch:
        return Verdict(False, f"its source is the branch {branch}")
    setting = "detects changes" if detected else "does not detect changes"
    return Verdict(detected, f"its source is the branch {branch} and {setting}")


def _filtered(wanted: Filter, push: Push) -> Verdict:
    """One push filter: all of its parts must agree."""
    if push.is_tag != bool(wanted.get("tags")):
        return Verdict(False, f"its trigger takes no {'tags' if push.is_tag else 'branches'}")
    named = _named(wanted.get("tags" if push.is_tag else "branches") or {}, push)
    if not named.starts or push.is_tag or not wanted.get("filePaths"):
        return named
    return _changed(wanted["filePaths"], push)


def _named(wanted: Filter, push: Push) -> Verdict:
    includes, excludes = wanted.get("includes") or [], wanted.get("excludes") or []
    excluded = matching(push.name, excludes)
    if excluded is not None:
        return Verdict(False, f"the {push.kind} {push.name} is excluded by {excluded}")
    if includes and matching(push.name, includes) is None:
        return Verdict(False, f"the {push.kind} {push.name} matches none of {', '.join(includes)}")
    return Verdict(True, f"the {push.kind} {push.name}")


def _changed(wanted: Filter, push: Push) -> Verdict:
    """Whether one of the changed files is included and not excluded."""
    if push.files is None:
        return Verdict(False, "the branch is new, so there is no list of changed files to filter")
    if not push.files:
        return Verdict(False, "no file has changed")
    includes, excludes = wanted.get("includes") or ["**"], wanted.get("excludes") or []
    included = {path: pattern for path in push.files if (pattern := matching(path, includes)) is not None}
    deciding = [path for path in included if matching(path, excludes) is None]
    if deciding:
        return Verdict(True, f"{_some(deciding)} changed (filter: {included[deciding[0]]})")
    if included:
        return Verdict(False, f"{_some(list(included))} changed, but excluded by {', '.join(excludes)}")
    return Verdict(False, f"no changed file matches {', '.join(includes)}")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
