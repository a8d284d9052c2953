"""A release as a person or a program reads it: one line of the table, one object of the JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from mlops.ledger.entry import Approval, AutomaticRollback, Entry, NamedFigure
from mlops.ledger.history import History, ReleaseHistory
from mlops.ledger.links import Link
from mlops.spec import InvalidInputError, Problem
from mlops.spec.settings import ENVIRONMENTS


class Judgement(BaseModel):
    """A gate's verdict on a release in one environment; ``files`` links to its reports."""

    at: datetime
    verdict: str
    summary: str
    figure: NamedFigure | None
    way_back: AutomaticRollback | None
    files: dict[str, str]


class Planned(BaseModel):
    """A plan of an environment, or its review; ``files`` links to its texts."""

    at: datetime
    summary: str
    sha256: str
    expires: datetime | None
    way_back: AutomaticRollback | None
    files: dict[str, str]


class ServedSince(BaseModel):
    """That an environment serves the release; ``passed`` is false where its test there did not."""

    since: datetime
    passed: bool


class Overview(BaseModel):
    """One release; environments are keys. ``trained_at`` is None where the training left no entry."""

    release_id: str
    commit: str | None
    trained_at: datetime | None
    files: dict[str, str]
    plans: dict[str, Planned]
    reviews: dict[str, Planned]
    tests: dict[str, Judgement]
    approval: Approval | None
    serves: dict[str, ServedSince]


def overviews(history: History, link: Link) -> list[Overview]:
    """Every release, the newest first."""
    return [_overview(release, history, link) for release in history.releases]


def named(releases: list[Overview], release_id: str | None) -> list[Overview]:
    """The one release of that id; all of them without one.

    Raises:
        InvalidInputError: there is no such release.
    """
    found = [each for each in releases if release_id in (None, each.release_id)]
    if release_id is not None and not found:
        known = ", ".join(each.release_id for each in releases) or "there is none yet"
        raise InvalidInputError([Problem("releases", "--release", release_id, known, "Name one of these.")])
    return found


def as_objects(releases: Sequence[Overview]) -> str:
    """A JSON list with an object for each release."""
    return json.dumps([each.model_dump(mode="json") for each in releases], indent=2)


def _overview(release: ReleaseHistory, history: History, link: Link) -> Overview:
    training = release.training
    serving = {name: history.serving(name) for name in ENVIRONMENTS}
    plans = {name: release.last(f"{name}-plan") for name in ENVIRONMENTS}
    reviews = {name: release.last(f"{name}-review") for name in ENVIRONMENTS}
    tests = {name: release.last(f"{name}-test") for name in ENVIRONMENTS}
    return Overview(
        release_id=release.release_id,
        commit=training.commit if training else None,
        trained_at=training.at if training else None,
        files=_files(training, link) if training else {},
        plans={name: _planned(entry, link) for name, entry in plans.items() if entry and entry.plan},
        reviews={name: _planned(entry, link) for name, entry in reviews.items() if entry and entry.plan},
        tests={name: _judgement(entry, link) for name, entry in tests.items() if entry and entry.gate},
        approval=release.approval,
        serves={
            name: ServedSince(since=served.since, passed=served.passed)
            for name, served in serving.items()
            if served and served.release_id == release.release_id
        },
    )


def _judgement(entry: Entry, link: Link) -> Judgement:
    return Judgement(
        at=entry.at, way_back=entry.way_back, files=_files(entry, link), **dict(entry.gate or ())
    )


def _planned(entry: Entry, link: Link) -> Planned:
    return Planned(at=entry.at, way_back=entry.way_back, files=_files(entry, link), **dict(entry.plan or ()))


def _files(entry: Entry, link: Link) -> dict[str, str]:
    return {name: link(entry.folder + name) for name in entry.files}
