"""``python -m mlops.approval`` and its buildspec, as the pipeline's Review runs them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws
from mlops.builds import read
from mlops.builds.library import library_archive
from mlops.ledger.entry import PlanFacts
from mlops.ledger.store import Ledger
from tests.approval.conftest import EXPIRES, SHA256, Desk, release_id
from tests.local_aws.codebuild.builds import Builds
from tests.project import PROJECT, settings_of

ROOT = Path(__file__).parents[2]
BUCKET = settings_of("movielens").names.ledger_bucket
WHERE = {"LocationConstraint": "eu-west-1"}


def variables(folder: Path) -> dict[str, str]:
    named = {
        f"CODEBUILD_SRC_DIR_{name}": str(folder / name) for name in ("ProdPlan", "TrainOutput", "QaTest")
    }
    plan = {"PLAN_SHA256": SHA256, "PLAN_EXPIRES": "2026-01-03T03:00:00Z"}
    return {"MLOPS_EXAMPLE": "movielens", **plan, **named}


def command(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mlops.approval", str(folder)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_the_review_is_in_the_ledger_and_the_approval_leads_to_it(aws: LocalAws, desk: Desk) -> None:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE)
    folder = desk.folder / "review"
    run = command(folder, **variables(desk.folder), **aws.runtime.environment())
    assert run.returncode == 0, run.stderr
    ledger = Ledger(s3, BUCKET)
    (entry,) = ledger.entries("prod-review")
    summary = "2 REPLACED, 1 changed; nothing is lost for good"
    assert entry.release_id == release_id("second")
    assert entry.plan == PlanFacts(summary=summary, sha256=SHA256, expires=EXPIRES)
    assert ledger.file(entry, "review.html") == (folder / "review.html").read_bytes()
    assert (folder / "review.txt").read_text() in run.stdout
    assert (folder / "summary.txt").read_text() == summary
    assert (folder / "changes.txt").read_text() == "everything: the first release, commit 9e001896609e"
    assert (folder / "url.txt").read_text() == f"s3://{BUCKET}/{entry.folder}review.html"


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    run = command(tmp_path, MLOPS_EXAMPLE="movielens", PLAN_SHA256="abc", PLAN_EXPIRES="tomorrow")
    assert run.returncode == 2
    for problem in (
        "PLAN_SHA256: given abc; allowed: the checksum that Plan exported",
        "PLAN_EXPIRES: given tomorrow",
        "CODEBUILD_SRC_DIR_ProdPlan: given nothing",
        "CODEBUILD_SRC_DIR_TrainOutput: given nothing",
        "CODEBUILD_SRC_DIR_QaTest: given nothing",
    ):
        assert problem in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("missing", ["ProdPlan/plan.json", "QaTest/gate.json", "TrainOutput/release.json"])
def test_an_artifact_without_its_file_is_told_in_a_sentence(aws: LocalAws, desk: Desk, missing: str) -> None:
    (desk.folder / missing).unlink()
    run = command(desk.folder / "review", **variables(desk.folder), **aws.runtime.environment())
    assert run.returncode == 2
    assert missing.rpartition("/")[2] in run.stderr
    assert "Traceback" not in run.stderr


def test_a_folder_that_was_pushed_is_refused_before_its_links_lead_one_file_to_another(
    aws: LocalAws, desk: Desk
) -> None:
    s3 = aws.runtime.client("s3")
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE)
    ledger = Ledger(s3, BUCKET)
    before = ledger.entries("prod-review")
    folder = desk.folder / "review"
    folder.mkdir()
    (folder / "changes.txt").symlink_to("summary.txt")
    run = command(folder, **variables(desk.folder), **aws.runtime.environment())
    assert run.returncode == 2, run.stdout
    assert f"review: folder: given {folder}; allowed: a folder that is not there yet" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (folder / "summary.txt").exists()
    assert ledger.entries("prod-review") == before


@pytest.mark.parametrize("damaged", ["plan.json", "plan.sha256"])
def test_another_plan_than_plans_is_not_reviewed(aws: LocalAws, desk: Desk, damaged: str) -> None:
    plan = desk.folder / "ProdPlan"
    digest = hashlib.sha256((plan / "plan.json").read_bytes()).hexdigest()
    (plan / "plan.sha256").write_text(f"{digest}  plan.json\n")
    sha256 = hashlib.sha256((plan / "plan.sha256").read_bytes()).hexdigest()
    with (plan / damaged).open("a") as file:
        file.write("\n")
    build = review_build(aws, {**variables(desk.folder), "PLAN_SHA256": sha256})
    assert build["buildStatus"] == "FAILED"
    assert f"{damaged}: FAILED" in build["log"]
    assert "The saved plan is not the one that Plan made: there is nothing to approve." in build["log"]
    assert "Recorded in the ledger" not in build["log"]


def review_build(aws: LocalAws, environment: dict[str, str]) -> dict[str, Any]:
    """A build by the real buildspec, of a source that holds nothing to run."""
    builds = Builds(aws, "sources")
    if "sources" not in [bucket["Name"] for bucket in builds.s3.list_buckets()["Buckets"]]:
        builds.s3.create_bucket(Bucket=builds.bucket, CreateBucketConfiguration=WHERE)
    library = library_archive()
    builds.s3.put_object(Bucket=builds.bucket, Key=library.name, Body=library.body)
    where = {"MLOPS_LIBRARY": f"s3://sources/{library.name}", "MLOPS_LIBRARY_SHA256": library.sha256}
    location = builds.source({"mlops.toml": ""})
    settings = {
        "source": {"type": "S3", "location": location, "buildspec": read("review").replace("$${", "${")}
    }
    given = [{"name": name, "value": value} for name, value in {**environment, **where}.items()]
    build = builds.run("", settings=settings, environmentVariablesOverride=given)
    return {**build, "log": builds.log(build)}
