"""A release that asks to go to PROD: artifacts and ledger as a run of the pipeline left them.

``recorded/`` is of two runs of the MovieLens demo; the second release has half as many factors. Of the plans
it holds what a summary is read from, of the reports all but the curves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest

from local_aws.server import LocalAws
from mlops.approval.evidence import Artifacts, Evidence, gather
from mlops.ledger.entry import Entry, PlanFacts
from mlops.ledger.record import judged, trained
from mlops.ledger.store import Ledger
from mlops.spec import load_release

RECORDED = Path(__file__).parent / "recorded"
START = datetime(2026, 1, 2, 3, tzinfo=UTC)
EXPIRES = datetime(2026, 1, 3, 3, tzinfo=UTC)
SHA256 = "a" * 64
PLANS = Path(__file__).parents[1] / "plans" / "plans"


def release_id(name: str) -> str:
    return load_release(RECORDED / name / "manifest.json").release_id


class Desk:
    """The ledger, and the artifacts of the release under review, in ``folder``; an entry takes a minute."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger = ledger
        self.folder = folder

    def lay(self, name: str, plan: Path | None = None) -> None:
        """The artifacts of a recorded release; ``plan`` is another plan's JSON."""
        plan_json = plan or RECORDED / name / "plan.json"
        for artifact, file, source in (
            ("ProdPlan", "plan.json", plan_json),
            ("TrainOutput", "release.json", RECORDED / name / "manifest.json"),
            ("QaTest", "gate.json", RECORDED / name / "qa-gate.json"),
        ):
            (self.folder / artifact).mkdir(exist_ok=True)
            (self.folder / artifact / file).write_bytes(source.read_bytes())

    def train(self, name: str) -> None:
        body = (RECORDED / name / "manifest.json").read_bytes()
        with TemporaryDirectory() as folder:
            (Path(folder) / "release.json").write_bytes(body)
            entry = trained(Path(folder), {"release.json": b""})
        self.ledger.record(entry, {"release.json": body})

    def pass_qa(self, name: str) -> None:
        report = (RECORDED / name / "qa-gate.json").read_bytes()
        entry = judged("qa", release_id(name), report, None)
        self.ledger.record(entry, {"gate.json": report, "gate.html": b"<html>"})

    def plan(self, name: str) -> None:
        facts = PlanFacts(summary="2 to add", sha256=SHA256)
        entry = Entry(step="prod-plan", release_id=release_id(name), at=START, plan=facts)
        self.ledger.record(entry, {"plan.txt": b"Terraform will"})

    def serve(self, name: str = "first", verdict: str = "passed") -> None:
        report: dict[str, Any] = json.loads((RECORDED / name / "prod-gate.json").read_text())
        body = json.dumps({**report, "verdict": verdict}).encode()
        self.ledger.record(
            judged("prod", release_id(name), body, None), {"gate.json": body, "gate.html": b"<html>"}
        )

    def evidence(self) -> Evidence:
        artifacts = Artifacts(*(self.folder / name for name in ("ProdPlan", "TrainOutput", "QaTest")))
        return gather(artifacts, SHA256, EXPIRES, self.ledger, lambda key: f"https://console/{key}")


@pytest.fixture(scope="package")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def desk(aws: LocalAws, tmp_path: Path) -> Desk:
    """The second release's artifacts beside an empty ledger."""
    s3, bucket = aws.runtime.client("s3"), f"ledger-{uuid4()}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    minutes = iter(range(60))
    made = Desk(Ledger(s3, bucket, now=lambda: START + timedelta(minutes=next(minutes))), tmp_path)
    made.lay("second")
    return made


@pytest.fixture
def successor(desk: Desk) -> Desk:
    """The second release at review while the first serves PROD."""
    desk.train("first")
    desk.serve("first")
    desk.train("second")
    desk.pass_qa("second")
    desk.plan("second")
    return desk


@pytest.fixture
def loss(desk: Desk) -> Desk:
    """A release whose plan, recorded for the plan review, destroys what cannot be made again."""
    desk.lay("second", PLANS / "destruction.json")
    return desk
