"""What makes one release another than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from mlops.spec.release import DataFingerprint, Release

_NONE = "(none)"
_SHORT = 12


@dataclass(frozen=True)
class Difference:
    """One thing that differs, by its name, ``before`` and ``after``."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what} {self.before} → {self.after}"


@dataclass(frozen=True)
class Differences:
    """All that differs between two releases, and the names of what does not."""

    differing: tuple[Difference, ...]
    same: tuple[str, ...]


def differences(before: Release, after: Release) -> Differences:
    """What differs in data, hyperparameters, image and the container's variables; commits are told apart."""
    facts = {*before.data.facts, *after.data.facts}
    parts = {
        "data": [*_data(before.data, after.data), *_each(_facts(before, facts), _facts(after, facts))],
        "hyperparameters": list(_each(_hyperparameters(before, facts), _hyperparameters(after, facts))),
        "image": list(_one("image", before.model.image, after.model.image)),
        "container variables": list(_each(before.model.environment, after.model.environment)),
    }
    return Differences(
        tuple(difference for part in parts.values() for difference in part),
        tuple(name for name, part in parts.items() if not part),
    )


def _data(before: DataFingerprint, after: DataFingerprint) -> Iterator[Difference]:
    if before.train_rows is None or after.train_rows is None:
        yield from _one("rows", f"{before.rows:,}", f"{after.rows:,}")
    else:
        yield from _one("rows trained on", f"{before.train_rows:,}", f"{after.train_rows:,}")
    yield from _one("rows held out", f"{before.held_out_rows:,}", f"{after.held_out_rows:,}")
    yield from _one("data's SHA-256", before.sha256[:_SHORT], after.sha256[:_SHORT])


def _facts(release: Release, names: Set[str]) -> dict[str, str]:
    """The facts of its data, which a manifest of schema version 1 has among the hyperparameters."""
    known = {**release.training.hyperparameters, **release.data.facts}
    return {name: str(known[name]) for name in names if name in known}


def _hyperparameters(release: Release, facts: Set[str]) -> dict[str, str]:
    return {name: value for name, value in release.training.hyperparameters.items() if name not in facts}


def _each(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        yield from _one(name, before.get(name, _NONE), after.get(name, _NONE))


def _one(what: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(what, before, after)
