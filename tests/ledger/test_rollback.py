"""PROD brought back by ``mlops rollback``: real Terraform, a served model, the real gate."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mlops.ledger.history import History
from tests.ledger import entries
from tests.ledger.production import NEW, OLD, Production, release
from tests.ledger.production import production as made


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with made(tmp_path_factory.mktemp("production")) as production:
        production.ledger.record(entries.judged(NEW, 0, verdict="blocked"), {})
        yield production


def rollback(production: Production, *options: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return production.run(sys.executable, "-m", "mlops", "rollback", "movielens", *options, said=said)


def test_a_release_that_never_passed_in_prod_is_refused_before_anything_is_done(
    production: Production,
) -> None:
    run = rollback(production, "--release", NEW, "--yes")
    assert run.returncode == 2
    assert f"RELEASE: given {NEW}; allowed: a release that passed the PROD test: {OLD}." in run.stderr
    assert "Traceback" not in run.stderr


def test_a_refusal_changes_nothing(production: Production) -> None:
    before = production.ledger.entries()
    run = rollback(production, said="n\n")
    assert run.returncode == 3, run.stdout + run.stderr
    assert f"PROD serves {NEW}; back to {OLD}" in run.stdout
    assert "aws_sagemaker_endpoint.endpoint" in run.stdout
    assert "Refused: nothing was changed." in run.stdout
    assert production.served() == production.model(release(NEW, production.names))
    assert production.ledger.entries() == before


def test_a_way_back_that_terraform_refuses_changes_nothing(production: Production) -> None:
    s3, key = production.aws.runtime.client("s3"), production.names.state_key("movielens-prod") + ".tflock"
    lock = {"ID": "1", "Who": "somebody@elsewhere", "Created": "2026-01-02T03:04:05Z"}
    s3.put_object(Bucket=production.names.state_bucket, Key=key, Body=json.dumps(lock))
    run = rollback(production, "--yes")
    s3.delete_object(Bucket=production.names.state_bucket, Key=key)
    assert run.returncode == 1
    assert "somebody@elsewhere" in run.stderr
    assert "Traceback" not in run.stderr


def test_prod_serves_the_release_before_judged_by_its_gate_and_the_ledger_says_so(
    production: Production,
) -> None:
    started = datetime.now(UTC)
    run = rollback(production, "--yes")
    assert run.returncode == 0, run.stdout + run.stderr
    assert production.served() == production.model(release(OLD, production.names))
    *_, plan, test = production.ledger.entries()
    assert (plan.step, plan.release_id) == ("prod-plan", OLD)
    assert plan.plan is not None
    assert "to add" in plan.plan.summary
    assert b"aws_sagemaker_endpoint" in production.ledger.file(plan, "plan.txt")
    assert (test.step, test.release_id) == ("prod-test", OLD)
    assert test.gate is not None
    assert test.gate.verdict == "passed"
    assert test.approval is not None
    assert test.approval.by.startswith("arn:aws:")
    report = json.loads(production.ledger.file(test, "gate.json"))
    assert report["release"]["release_id"] == OLD
    serving = History(production.ledger.entries()).serving("prod")
    assert serving is not None
    assert (serving.release_id, serving.passed) == (OLD, True)
    assert serving.since > started
    shown = production.run(sys.executable, "-m", "mlops", "releases", "movielens", "--json")
    latest = {each["release_id"]: each["serves"] for each in json.loads(shown.stdout)}
    assert list(latest[OLD]) == ["prod"]
    assert latest[NEW] == {}


def test_once_it_serves_there_is_nothing_to_apply_and_it_is_judged_again(production: Production) -> None:
    before = len(production.ledger.entries())
    run = rollback(production, "--release", OLD)
    assert run.returncode == 0, run.stdout + run.stderr
    (test,) = production.ledger.entries()[before:]
    assert test.step == "prod-test"
    assert test.approval is None
