"""What the entries come to: which release serves where, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlops.ledger.entry import TRAIN, Approval, Entry


@dataclass(frozen=True)
class Serving:
    """The release that an environment serves, since when, and whether it passed its test there."""

    release_id: str
    since: datetime
    passed: bool


@dataclass(frozen=True)
class ReleaseHistory:
    """One release's way: its ``entries``, the oldest first."""

    release_id: str
    entries: tuple[Entry, ...]

    def last(self, step: str) -> Entry | None:
        """The newest entry of a step."""
        return next((entry for entry in reversed(self.entries) if entry.step == step), None)

    @property
    def training(self) -> Entry | None:
        """The entry with the release's manifest."""
        return self.last(TRAIN)

    @property
    def approval(self) -> Approval | None:
        """Who last let it go to PROD."""
        return next((entry.approval for entry in reversed(self.entries) if entry.approval), None)


class History:
    """All ``entries``, the oldest first. What serves is derived: no entry is ever changed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)

    @property
    def releases(self) -> list[ReleaseHistory]:
        """Every release's way, the newest release first."""
        found: dict[str, list[Entry]] = {}
        for entry in self._entries:
            found.setdefault(entry.release_id, []).append(entry)
        return [ReleaseHistory(name, tuple(entries)) for name, entries in reversed(found.items())]

    def release(self, release_id: str) -> ReleaseHistory | None:
        """The way of one release."""
        return next((each for each in self.releases if each.release_id == release_id), None)

    def serving(self, environment: str) -> Serving | None:
        """What the newest test that found its release deployed says; None before the first."""
        newest = first = None
        for entry in self._deployments(environment):
            if newest is None:
                newest = first = entry
            if entry.release_id != newest.release_id:
                break
            first = entry
        if newest is None or first is None:
            return None
        return Serving(newest.release_id, first.at, _passed(newest))

    def passed(self, environment: str) -> list[str]:
        """The releases that an environment served with success, the last one first, each once."""
        served = (entry.release_id for entry in self._deployments(environment) if _passed(entry))
        return list(dict.fromkeys(served))

    def before(self, environment: str, present: str | None = None) -> str | None:
        """The release that served with success before ``present``, by default the one that serves now."""
        if present is None:
            serving = self.serving(environment)
            if serving is None:
                return None
            present = serving.release_id
        return next((each for each in self.passed(environment) if each != present), None)

    def plans(self, environment: str) -> list[Entry]:
        """All plans of an environment, the newest first."""
        return [entry for entry in reversed(self._entries) if entry.step == f"{environment}-plan"]

    def plan_of(self, environment: str, release_id: str) -> Entry | None:
        """The plan by which a release was deployed when it last passed: the newest before that test."""
        found = newest = None
        for entry in self._entries:
            if entry.release_id == release_id and entry.step == f"{environment}-plan":
                newest = entry
            elif entry.release_id == release_id and entry.step == f"{environment}-test" and _passed(entry):
                found = newest
        return found

    def _deployments(self, environment: str) -> Iterator[Entry]:
        """The tests that found their release deployed, the newest first."""
        step = f"{environment}-test"
        for entry in reversed(self._entries):
            if entry.step == step and entry.gate and entry.gate.deployed:
                yield entry


def _passed(entry: Entry) -> bool:
    return entry.gate is not None and entry.gate.verdict == "passed"
