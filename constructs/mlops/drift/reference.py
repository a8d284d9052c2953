"""What the captured requests are compared with: the release in service, as the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from mlops.ledger.entry import TRAIN, Entry
from mlops.ledger.history import History
from mlops.ledger.store import Ledger
from mlops.profile import PROFILE_FILE, Column, Profile
from mlops.spec import InvalidInputError, Problem, Release
from mlops.spec.gate_report import GATE_REPORT, GateReport
from mlops.spec.problems import parse_json_bytes
from mlops.spec.release import RELEASE_FILE

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
        InvalidInputError: PROD serves no release that the ledger knows, its training left no profile, or
            a file of the ledger cannot be read.
    """
    history = History(ledger.entries(TRAIN, _TEST, STEP))
    serving = history.serving(ENVIRONMENT)
    found = history.release(serving.release_id) if serving else None
    if serving is None or found is None:
        raise _cannot("release", "nothing", "a release in PROD", "Wait until the pipeline has deployed one.")
    training = found.training
    if training is None or PROFILE_FILE not in training.files:
        given = f"release {serving.release_id}"
        raise _cannot(PROFILE_FILE, given, "a release whose training wrote a profile", "Train it anew.")
    return Reference(
        release=parse_json_bytes(ledger.file(training, RELEASE_FILE), RELEASE_FILE, Release),
        since=serving.since,
        profile=parse_json_bytes(ledger.file(training, PROFILE_FILE), PROFILE_FILE, Profile),
        scores=_scores(ledger, found.last(_TEST)),
        entries=tuple(entry for entry in found.entries if entry.step == STEP),
    )


def _scores(ledger: Ledger, test: Entry | None) -> dict[str, Column]:
    if test is None or GATE_REPORT not in test.files:
        return {}
    report = parse_json_bytes(ledger.file(test, GATE_REPORT), GATE_REPORT, GateReport)
    return TypeAdapter(dict[str, Column]).validate_python(report.scores)


def _cannot(field: str, given: str, allowed: str, remedy: str) -> InvalidInputError:
    return InvalidInputError([Problem("ledger", field, given, allowed, remedy)])
