"""What makes one release another than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    parts = {
        "data": list(_data(before.data, after.data)),
        "hyperparameters": list(_each(before.training.hyperparameters, after.training.hyperparameters)),
        "image": list(_one("image", before.model.image, after.model.image)),
        "container variables": list(_each(before.model.environment, after.model.environment)),
    }
    return Differences(
        tuple(difference for part in parts.values() for difference in part),
        tuple(name for name, part in parts.items() if not part),
    )


def _data(before: DataFingerprint, after: DataFingerprint) -> Iterator[Difference]:
    yield from _one("rows trained on", f"{before.rows:,}", f"{after.rows:,}")
    yield from _one("rows held out", f"{before.held_out_rows:,}", f"{after.held_out_rows:,}")
    yield from _one("data's SHA-256", before.sha256[:_SHORT], after.sha256[:_SHORT])


def _each(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        yield from _one(name, before.get(name, _NONE), after.get(name, _NONE))


def _one(what: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(what, before, after)
