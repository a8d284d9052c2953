"""PROD brought back by ``python -m mlops.ledger.restore``: real Terraform, a served model, the real gate."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mlops.ledger.entry import AutomaticRollback
from mlops.ledger.history import History
from tests.ledger import entries
from tests.ledger.production import NEW, OLD, Production, release
from tests.ledger.production import production as made

ROLE = "restore"
BLOCKED = "BLOCKED: accuracy 0.518 [0.507, 0.529] misses ≥ 0.69"


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """With a role that may do everything: what the pipeline's may do, the demo shows."""
    with made(tmp_path_factory.mktemp("production")) as production:
        iam = production.aws.runtime.client("iam")
        account = f"arn:aws:iam::{production.names.account_id}:root"
        trust = policy("sts:AssumeRole", Principal={"AWS": account})
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=ROLE, PolicyName=ROLE, PolicyDocument=policy("*", Resource="*"))
        yield production


def policy(action: str, **of: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, **of}})


def restore(production: Production, failed: str, cause: str) -> subprocess.CompletedProcess[str]:
    """What a failed build of PROD runs; it must end red, and without a traceback."""
    variables = {
        "MLOPS_EXAMPLE": "movielens",
        "MLOPS_EXECUTION_ID": failed,
        "RESTORE_ROLE_ARN": f"arn:aws:iam::{production.names.account_id}:role/{ROLE}",
        "GATE_SUMMARY": BLOCKED if cause == "test" else "",
    }
    build = replace(production, environment={**production.environment, **variables})
    run = build.run(sys.executable, "-m", "mlops.ledger.restore", cause)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    return run


def facts(run: subprocess.CompletedProcess[str]) -> list[str]:
    """The last paragraph of what was said."""
    return run.stdout.strip().rpartition("\n\n")[2].splitlines()


def test_where_no_release_passed_before_the_blocked_one_stays_and_it_is_said(production: Production) -> None:
    before = production.served()
    happened, then, remedy = facts(restore(production, OLD, "test"))
    assert happened == f"PROD's test did not pass release {OLD}: {BLOCKED}"
    assert then == (
        "No other release has passed PROD's test, so there is none to go back to. It stays in service."
    )
    assert remedy.startswith("Fix the release, and push")
    assert production.served() == before


def test_a_way_back_that_terraform_refuses_says_what_serves_and_what_to_do(production: Production) -> None:
    s3, key = production.aws.runtime.client("s3"), production.names.state_key("movielens-prod") + ".tflock"
    lock = {"ID": "1", "Who": "somebody@elsewhere", "Created": "2026-01-02T03:04:05Z"}
    s3.put_object(Bucket=production.names.state_bucket, Key=key, Body=json.dumps(lock))
    run = restore(production, NEW, "test")
    s3.delete_object(Bucket=production.names.state_bucket, Key=key)
    assert f"THE ROLLBACK TO RELEASE {OLD} FAILED: " in run.stdout
    assert "somebody@elsewhere" in run.stdout
    last = facts(run)[-1]
    assert f"mlops-movielens-prod is InService and serves release {NEW}." in last
    assert f"`mlops rollback movielens --release {OLD}`" in last


def test_a_failing_test_ends_with_the_old_release_serving_and_the_ledger_saying_so(
    production: Production,
) -> None:
    production.ledger.record(entries.judged(NEW, 0, verdict="blocked"), {})
    happened, then, _ = facts(restore(production, NEW, "test"))
    assert happened == f"PROD's test did not pass release {NEW}: {BLOCKED}"
    assert then.startswith(f"PROD serves release {OLD} again: PASSED: accuracy 0.")
    assert production.served() == production.model(release(OLD, production.names))
    *_, plan, test = production.ledger.entries()
    because = AutomaticRollback(instead_of=NEW, failed="test")
    assert (plan.step, plan.release_id, plan.way_back) == ("prod-plan", OLD, because)
    assert (test.step, test.release_id, test.way_back) == ("prod-test", OLD, because)
    serving = History(production.ledger.entries()).serving("prod")
    assert serving is not None
    assert (serving.release_id, serving.passed, serving.since) == (OLD, True, test.at)
    shown = production.run(sys.executable, "-m", "mlops", "releases", "movielens", "--release", OLD)
    assert f"back from {NEW}, whose test failed" in shown.stdout


def test_after_a_rollback_by_sagemaker_terraform_and_prod_agree_on_the_old_release(
    production: Production,
) -> None:
    """The old model is still in the state then, as an object to be destroyed, and its name is taken."""
    cloudwatch, sagemaker = (production.aws.runtime.client(name) for name in ("cloudwatch", "sagemaker"))
    alarm = {"AlarmName": production.names.endpoint_alarm("prod", "errors"), "StateReason": "a test"}
    cloudwatch.set_alarm_state(StateValue="ALARM", **alarm)
    rolled_back = production.deploy(NEW)
    assert "SageMaker rolled the endpoint mlops-movielens-prod back" in rolled_back.stderr
    cloudwatch.set_alarm_state(StateValue="OK", **alarm)
    happened, then, _ = facts(restore(production, NEW, "deployment"))
    assert happened.startswith(f"PROD's deployment of release {NEW} failed")
    assert then.startswith(f"PROD serves release {OLD} again: PASSED: accuracy 0.")
    (model,) = sagemaker.list_models()["Models"]
    assert production.served() == model["ModelName"]
    described = sagemaker.describe_model(ModelName=model["ModelName"])
    assert (
        described["PrimaryContainer"]["ModelDataUrl"] == release(OLD, production.names).model.model_data_url
    )
    assert len(sagemaker.list_endpoint_configs()["EndpointConfigs"]) == 1


def test_once_it_serves_nothing_is_applied_and_a_gate_that_blocks_it_too_is_told_loudly(
    production: Production,
) -> None:
    gate = production.root / "endpoint_tests/movielens/gate.toml"
    gate.write_text(gate.read_text().replace("accuracy.at_least = 0.6", "accuracy.at_least = 0.99"))
    before, served = len(production.ledger.entries()), production.served()
    _, then, remedy = facts(restore(production, NEW, "test"))
    assert then.startswith(f"PROD SERVES RELEASE {OLD} AGAIN, BUT ITS GATE DOES NOT PASS IT EITHER: BLOCKED")
    assert "`mlops rollback movielens --release <id>`" in remedy
    (test,) = production.ledger.entries()[before:]
    assert (test.step, test.release_id) == ("prod-test", OLD)
    assert production.served() == served


@pytest.mark.parametrize("arguments", [[], ["approval"]])
def test_another_cause_than_a_test_or_a_deployment_is_refused(
    production: Production, arguments: list[str]
) -> None:
    run = production.run(sys.executable, "-m", "mlops.ledger.restore", *arguments)
    assert (run.returncode, run.stderr) == (2, "usage: python -m mlops.ledger.restore test|deployment\n")


def test_every_missing_variable_is_told(production: Production) -> None:
    run = production.run(sys.executable, "-m", "mlops.ledger.restore", "test")
    assert run.returncode == 2
    for name in ("MLOPS_EXAMPLE", "MLOPS_EXECUTION_ID", "RESTORE_ROLE_ARN"):
        assert f"environment: {name}: given nothing" in run.stderr
