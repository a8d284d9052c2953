"""Everything that a decision on PROD is made by, from the pipeline's artifacts and the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mlops.approval.difference import Differences, differences
from mlops.approval.report import MetricRow, compare
from mlops.ledger.entry import Entry
from mlops.ledger.history import History, Serving
from mlops.ledger.links import Link
from mlops.ledger.record import read_files
from mlops.ledger.store import Ledger
from mlops.plans.stack_plan import StackPlan, read_plan
from mlops.spec import InvalidInputError
from mlops.spec.gate_report import GATE_REPORT, GateReport
from mlops.spec.problems import Model, parse_json, parse_json_bytes
from mlops.spec.release import RELEASE_FILE, Release, load_release

ENVIRONMENT = "prod"
#: What is read of the ledger: what PROD serves, and where the evidence lies.
STEPS = ("train", "qa-test", "prod-plan", "prod-test")


@dataclass(frozen=True)
class Predecessor:
    """What PROD serves; what is None the ledger does not have, or not in a form that can be read."""

    serving: Serving
    release: Release | None
    report: GateReport | None


@dataclass(frozen=True)
class Plan:
    """PROD's saved plan: what it would do, its checksum, SHA-256 in hex, and until when it is applied."""

    stack: StackPlan
    sha256: str
    expires: datetime


@dataclass(frozen=True)
class Evidence:
    """The release that asks to go to PROD, with what speaks for and against it.

    ``before`` is None for a first release. ``links`` are titles with the addresses of files in the ledger.
    """

    release: Release
    plan: Plan
    report: GateReport
    before: Predecessor | None
    links: Mapping[str, str]

    @property
    def differences(self) -> Differences | None:
        """What differs from the release in PROD; None where that is unknown."""
        return differences(self.before.release, self.release) if self.before and self.before.release else None

    @property
    def comparisons(self) -> list[MetricRow]:
        """Each metric beside PROD's."""
        return compare(self.report, self.before.report if self.before else None)


@dataclass(frozen=True)
class Artifacts:
    """The folders of the pipeline's artifacts that hold the plan, the release and QA's report."""

    plan: Path
    training: Path
    tested: Path


def gather(artifacts: Artifacts, sha256: str, expires: datetime, ledger: Ledger, link: Link) -> Evidence:
    """Read the artifacts, and of the ledger what PROD serves.

    Raises:
        InvalidInputError: the release, the plan or the report cannot be read.
    """
    release = load_release(artifacts.training / RELEASE_FILE)
    plan_json = read_files(artifacts.plan, ("plan.json",))["plan.json"].decode()
    stack = read_plan(f"{release.example}-{ENVIRONMENT}", plan_json)
    history = History(ledger.entries(*STEPS))
    return Evidence(
        release=release,
        plan=Plan(stack, sha256, expires),
        report=parse_json(artifacts.tested / GATE_REPORT, GateReport),
        before=_predecessor(history, ledger),
        links=_links(history, release.release_id, link),
    )


def _predecessor(history: History, ledger: Ledger) -> Predecessor | None:
    serving = history.serving(ENVIRONMENT)
    if serving is None:
        return None
    trained = _entry(history, serving.release_id, "train")
    tested = _entry(history, serving.release_id, f"{ENVIRONMENT}-test")
    return Predecessor(
        serving,
        _read(ledger.file(trained, RELEASE_FILE), Release) if trained else None,
        _read(ledger.file(tested, GATE_REPORT), GateReport) if tested else None,
    )


def _read(body: bytes, model: type[Model]) -> Model | None:
    """The file; None where it is of another time, in a form that is no longer read."""
    try:
        return parse_json_bytes(body, model.__name__, model)
    except InvalidInputError:
        return None


def _links(history: History, release_id: str, link: Link) -> dict[str, str]:
    serving = history.serving(ENVIRONMENT)
    wanted = [
        ("The full plan", release_id, "prod-plan", "plan.txt"),
        ("QA's report", release_id, "qa-test", "gate.html"),
        ("The release's manifest", release_id, "train", RELEASE_FILE),
    ]
    if serving:
        wanted += [
            ("PROD's report of what it serves", serving.release_id, "prod-test", "gate.html"),
            ("The manifest of what PROD serves", serving.release_id, "train", RELEASE_FILE),
        ]
    found = [(title, _entry(history, release, step), file) for title, release, step, file in wanted]
    return {title: link(entry.folder + file) for title, entry, file in found if entry and file in entry.files}


def _entry(history: History, release_id: str, step: str) -> Entry | None:
    found = history.release(release_id)
    return found.last(step) if found else None
