"""What the captured requests are compared with: the release in service, as the ledger has it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from mlops.ledger.entry import TRAIN, Entry
from mlops.ledger.history import History
from mlops.ledger.store import Ledger
from mlops.profile import PROFILE_FILE, Column, Profile
from mlops.spec import InvalidInputError, Problem, Release

ENVIRONMENT = "prod"
#: The step of the ledger whose entries are this program's.
STEP = "monitoring"
_TEST = f"{ENVIRONMENT}-test"


@dataclass(frozen=True)
class Reference:
    """The release that PROD serves ``since``, what it was trained on, and what its gate was answered.

    ``entries`` are what earlier runs found of this release.
    """

    release: Release
    since: datetime
    profile: Profile
    scores: dict[str, Column]
    entries: tuple[Entry, ...]


def load_reference(ledger: Ledger) -> Reference:
    """Read what the ledger has of the release in service.

    Raises:
        InvalidInputError: PROD serves no release that the ledger knows, or its training left no profile.
    """
    history = History(ledger.entries(TRAIN, _TEST, STEP))
    serving = history.serving(ENVIRONMENT)
    passage = history.passage(serving.release_id) if serving else None
    if serving is None or passage is None:
        raise _cannot("release", "nothing", "a release in PROD", "Wait until the pipeline has deployed one.")
    training = passage.training
    if training is None or PROFILE_FILE not in training.files:
        given = f"release {serving.release_id}"
        raise _cannot(PROFILE_FILE, given, "a release whose training wrote a profile", "Train it anew.")
    test = passage.last(_TEST)
    report = json.loads(ledger.file(test, "gate.json")) if test and "gate.json" in test.files else {}
    return Reference(
        release=Release.model_validate_json(ledger.file(training, "release.json")),
        since=serving.since,
        profile=Profile.model_validate_json(ledger.file(training, PROFILE_FILE)),
        scores=TypeAdapter(dict[str, Column]).validate_python(report.get("scores", {})),
        entries=tuple(entry for entry in passage.entries if entry.step == STEP),
    )


def _cannot(field: str, given: str, allowed: str, remedy: str) -> InvalidInputError:
    return InvalidInputError([Problem("ledger", field, given, allowed, remedy)])
