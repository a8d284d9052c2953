"""The demo from a fresh clone to PROD, and every way in which a release must not get there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.demo.conftest import Clone

EXAMPLE = "movielens"
STACKS = ("bootstrap", "movielens-init", "movielens-pipeline", "movielens-qa", "movielens-prod")


def test_a_fresh_clone_ends_with_a_prod_endpoint(released: subprocess.CompletedProcess[str]) -> None:
    assert released.returncode == 0, released.stdout + released.stderr
    assert "mlops-movielens-prod: InService" in released.stdout
    assert "Traceback" not in released.stdout + released.stderr


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("artifact", ["QaTest", "ProdTest"])
def test_the_model_is_good_on_all_held_out_rows(clone: Clone, artifact: str) -> None:
    report = clone.gate_report(artifact)
    assert report["rows"] == 9430
    assert report["metrics"]["accuracy"]["model"]["value"] >= 0.705
    assert report["metrics"]["auc"]["model"]["value"] >= 0.77


def test_the_lines_that_it_ends_with_call_the_endpoint(
    clone: Clone, released: subprocess.CompletedProcess[str]
) -> None:
    [prediction] = clone.predictions(released)
    assert 0 <= prediction["score"] <= 1


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("stack", STACKS)
def test_a_second_plan_says_no_changes(clone: Clone, stack: str) -> None:
    plan = clone.terraform(stack, "plan", "-detailed-exitcode")
    assert plan.returncode == 0, plan.stdout + plan.stderr


def test_a_model_trained_on_shuffled_labels_is_blocked_in_qa(unreleased: Clone) -> None:
    shuffled = "    labels[~held_out] = np.random.default_rng(1).permutation(labels[~held_out])\n"
    unreleased.commit("training/movielens/split.py", "    return Split(", f"{shuffled}    return Split(")
    said = unreleased.push()
    assert re.search(r"FAILED after \d+ s: QA / Test: ", said), said
    assert re.search(r"AUC 0\.\d+ \[0\.\d+, 0\.\d+\] misses ≥ 0\.75", said), said


def test_a_failing_training_job_ends_with_its_reason(unreleased: Clone) -> None:
    unreleased.commit("examples/movielens/example.toml", "num_factors = 64", "num_factors = 0")
    said = unreleased.push()
    assert re.search(r"FAILED after \d+ s: Train / Train: ", said), said
    assert "num_factors" in said


def test_a_refused_approval_leaves_prod_alone(unreleased: Clone) -> None:
    unreleased.commit("mlops.toml", "# Settings", "# The settings")
    run = unreleased.demo(approve="no")
    assert run.returncode == 1
    assert "PROD / Approve failed" in run.stdout


def test_a_failing_prod_test_ends_red_with_the_old_release_in_service(
    clone: Clone, released: subprocess.CompletedProcess[str]
) -> None:
    assert released.returncode == 0
    old, served = clone.prod_release(), clone.prod_model()
    clone.commit(
        "endpoint_tests/movielens/buildspec.yml",
        "- python -m endpoint_tests.movielens",
        '- test "$MLOPS_ENVIRONMENT" = qa && python -m endpoint_tests.movielens',
    )
    run = clone.demo()
    clone.undo()
    assert run.returncode == 1
    assert "PROD / Test failed" in run.stdout
    assert f"PROD's test did not pass release {clone.release()}" in run.stdout
    assert f"PROD serves release {old} again: PASSED: accuracy 0.7" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert clone.prod_model() == served
    ledger = (sys.executable, "-m", "mlops", "releases", EXAMPLE)
    shown = clone.run(*ledger, "--release", old, environment=clone.environment)
    assert f"back from {clone.release()}, whose test failed" in shown.stdout
    assert "PROD since" in shown.stdout


@pytest.mark.usefixtures("released")
def test_destroying_the_stacks_leaves_nothing_but_the_state(clone: Clone) -> None:
    emptying = {"TF_VAR_empty_buckets_on_destroy": "true"}
    for stack in ("movielens-init", "movielens-pipeline"):
        assert clone.terraform(stack, "apply", "-auto-approve", **emptying).returncode == 0
    for stack in reversed(STACKS[1:]):
        destroyed = clone.terraform(stack, "destroy", "-auto-approve", **emptying)
        assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    sagemaker, iam = clone.client("sagemaker"), clone.client("iam")
    assert sagemaker.list_endpoints()["Endpoints"] == []
    assert sagemaker.list_models()["Models"] == []
    assert clone.client("codepipeline").list_pipelines()["pipelines"] == []
    assert clone.client("codebuild").list_projects()["projects"] == []
    assert clone.client("sns").list_topics()["Topics"] == []
    assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == []
    buckets = [bucket["Name"] for bucket in clone.client("s3").list_buckets()["Buckets"]]
    assert buckets == ["mlops-terraform-state-123456789012-eu-west-1"]
