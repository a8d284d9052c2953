"""A new example in a fresh clone: before a line is changed, it passes all checks and runs to PROD.

What comes after is judged against what serves.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.git import GitServer
from mlops.spec import load_settings
from tests.demo.conftest import Clone
from tests.project import clone_project

ROOT = Path(__file__).parents[2]
# As long as a name may be.
NAME = "scaffoldedbythetests"
SCRIPT = f"training/{NAME}/script/train.py"
SETTINGS = f"examples/{NAME}/example.toml"
FOLDERS = [f"{top}/{NAME}" for top in ("examples", "training", "endpoint_tests")]
TESTS = [f"tests/{top}/{NAME}" for top in ("training", "endpoint_tests")]

pytestmark = pytest.mark.timeout(1800)


def make_new(clone: Clone) -> subprocess.CompletedProcess[str]:
    # The virtualenv is this one: it is not set up anew.
    return clone.run("make", "-o", ".venv/.ready", "new", f"NAME={NAME}")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    root = tmp_path_factory.mktemp("clone") / "project"
    clone_project(root)
    (root / ".venv").symlink_to(sys.prefix)
    clone = Clone(root, NAME)
    made = make_new(clone)
    assert made.returncode == 0, made.stdout + made.stderr
    yield clone
    clone.run(sys.executable, "-m", "local_aws", "down", "--folder", str(root / ".work/local-aws"))


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--check", "."),
        ("ruff", "check", "."),
        ("mypy", *FOLDERS, *TESTS),
        ("pytest", "-q", *TESTS, "tests/test_requirements.py", "tests/test_stacks.py"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_it_passes(clone: Clone, command: tuple[str, ...]) -> None:
    done = clone.run(sys.executable, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_not_written_over(clone: Clone) -> None:
    path = clone.root / "examples" / NAME / "example.toml"
    path.write_text(f"{path.read_text()}\n# mine\n")
    again = make_new(clone)
    assert again.returncode == 2
    assert f"given {NAME}, but examples/{NAME} exists" in again.stderr
    assert path.read_text().endswith("# mine\n")


def test_its_demo_ends_with_a_prod_endpoint_that_answers(clone: Clone) -> None:
    released = clone.demo()
    assert released.returncode == 0, released.stdout + released.stderr
    assert f"mlops-{NAME}-prod: InService" in released.stdout
    assert clone.gate_report("ProdTest")["metrics"]["accuracy"]["model"]["value"] > 0.9
    [probabilities] = clone.predictions(released)
    assert sum(probabilities) == pytest.approx(1)


def test_a_worse_model_that_keeps_every_threshold_is_blocked_by_the_champion(clone: Clone) -> None:
    before, script = clone.prod_configuration(), (clone.root / SCRIPT).read_text()
    one_feature = script.replace("(StandardScaler(), Log", "(StandardScaler(), SelectKBest(k=1), Log")
    assert one_feature != script
    imports = "from sklearn.feature_selection import SelectKBest\nfrom sklearn.linear_model"
    (clone.root / SCRIPT).write_text(one_feature.replace("from sklearn.linear_model", imports))
    run = clone.demo()
    (clone.root / SCRIPT).write_text(script)
    assert run.returncode == 1
    assert "QA / Test failed" in run.stdout
    report = newest_report(clone, "qa-test")
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    assert [name for name, outcome in outcomes.items() if outcome == "fail"] == ["AUC - champion"]
    assert outcomes["accuracy"] == outcomes["AUC"] == "pass"
    assert clone.prod_configuration() == before


def test_two_pushes_at_once_end_with_one_ledger_and_the_better_model_in_prod(clone: Clone) -> None:
    executions = [push(clone, l2) for l2 in ("0.1", "0.01")]
    follow(clone, executions)
    releases = {each["release_id"]: each for each in ledger(clone)}
    assert list(releases)[:2] == executions[::-1]
    for name in executions:
        assert set(releases[name]["plans"]) == set(releases[name]["tests"]) == {"qa", "prod"}
        assert {test["verdict"] for test in releases[name]["tests"].values()} == {"passed"}
        assert releases[name]["approval"]["said"] == "good"
        assert newest_report(clone, "qa-test", name)["metrics"]["auc"]["champion"]["difference"]["value"] > 0
    assert {env: name for name in releases for env in releases[name]["serves"]} == {
        "qa": executions[1],
        "prod": executions[1],
    }
    assert clone.prod_release() == executions[1]


def pipeline(clone: Clone) -> str:
    """The pipeline's name."""
    return load_settings(clone.root, NAME).names.pipeline


def push(clone: Clone, l2: str) -> str:
    """Commit another penalty and push it, without waiting; the execution that this started."""
    source = load_settings(clone.root, NAME).project.source
    remote = GitServer(clone.root / ".work/local-aws").repository(source.full_repository_id)
    settings = clone.root / SETTINGS
    text = settings.read_text()
    old = next(line for line in text.splitlines() if line.startswith("l2 = "))
    settings.write_text(text.replace(old, f"l2 = {l2}"))
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    for command in (
        ("add", "--all"),
        (*identity, "commit", "--quiet", "--message", f"Penalty {l2}"),
        ("push", "--quiet", "--push-option", "no-follow", str(remote), "+HEAD:main"),
    ):
        done = clone.run("git", *command)
        assert done.returncode == 0, done.stderr
    summaries = clone.client("codepipeline").list_pipeline_executions(pipelineName=pipeline(clone))
    return str(summaries["pipelineExecutionSummaries"][0]["pipelineExecutionId"])


def follow(clone: Clone, executions: list[str]) -> None:
    """Approve whatever waits, until all have succeeded."""
    codepipeline = clone.client("codepipeline")
    ended: dict[str, str] = {}
    while len(ended) < len(executions):
        time.sleep(0.5)
        for name in executions:
            found = codepipeline.get_pipeline_execution(
                pipelineName=pipeline(clone), pipelineExecutionId=name
            )
            if found["pipelineExecution"]["status"] not in ("InProgress", "Stopping"):
                ended[name] = found["pipelineExecution"]["status"]
        approve(codepipeline, pipeline(clone))
    assert set(ended.values()) == {"Succeeded"}


def approve(codepipeline: Any, name: str) -> None:
    """Approve PROD if somebody is asked."""
    for stage in codepipeline.get_pipeline_state(name=name)["stageStates"]:
        for action in stage["actionStates"]:
            latest = action.get("latestExecution", {})
            if latest.get("status") == "InProgress" and "token" in latest:
                codepipeline.put_approval_result(
                    pipelineName=name,
                    stageName=stage["stageName"],
                    actionName=action["actionName"],
                    token=latest["token"],
                    result={"status": "Approved", "summary": "good"},
                )


def ledger(clone: Clone) -> list[dict[str, Any]]:
    """What ``mlops releases`` says, the newest release first."""
    shown = clone.run(
        sys.executable, "-m", "mlops", "releases", NAME, "--json", environment=clone.environment
    )
    assert shown.returncode == 0, shown.stderr
    return list(json.loads(shown.stdout))


def newest_report(clone: Clone, step: str, release: str = "") -> dict[str, Any]:
    """The ``gate.json`` of the newest entry of a step, of one release or of any."""
    s3, bucket = clone.client("s3"), f"mlops-{NAME}-ledger-123456789012-eu-west-1"
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=f"{step}/")["Contents"]]
    newest = max(key for key in keys if key.endswith(f"{release}/gate.json"))
    return dict(json.loads(s3.get_object(Bucket=bucket, Key=newest)["Body"].read()))
