"""``mlops up``, then ``git push local main``: what was changed runs, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.demo.conftest import Clone
from tests.demo.processes import running_in

EXAMPLE = "iris"


@pytest.fixture(scope="module")
def up(clone: Clone) -> subprocess.CompletedProcess[str]:
    return clone.run(sys.executable, "-m", "mlops", "up")


def push(clone: Clone, *options: str) -> str:
    done = clone.run("git", "push", *options, "local", "main")
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_pipelines_are_there_and_wait(clone: Clone, up: subprocess.CompletedProcess[str]) -> None:
    assert up.returncode == 0, up.stdout + up.stderr
    assert "waits for pushes to main: mlops-iris-pipeline, mlops-movielens-pipeline" in up.stdout
    assert "git push local main" in up.stdout
    assert "Running now" not in up.stdout
    assert executions(clone, "iris") == executions(clone, "movielens") == []


def executions(clone: Clone, example: str) -> list[dict[str, Any]]:
    listed = clone.client("codepipeline").list_pipeline_executions(pipelineName=f"mlops-{example}-pipeline")
    return list(listed["pipelineExecutionSummaries"])


@pytest.mark.usefixtures("up")
def test_a_push_of_documentation_starts_nothing(clone: Clone) -> None:
    clone.commit("docs/operations.md", "# Operations", "# Operating it")
    said = push(clone)
    assert said.count("does not start: no changed file matches") == 2
    assert "Nothing starts." in said
    assert executions(clone, "iris") == executions(clone, "movielens") == []


def wait_until_it_trains(clone: Clone) -> None:
    """Until a training job of the example is there."""
    sagemaker = clone.client("sagemaker")
    for _ in range(600):
        if sagemaker.list_training_jobs(NameContains="mlops-iris")["TrainingJobSummaries"]:
            return
        time.sleep(0.5)
    raise AssertionError("no training job")


@pytest.mark.usefixtures("up")
def test_a_push_to_iris_runs_iris_and_not_movielens(clone: Clone) -> None:
    clone.commit("examples/iris/example.toml", "epochs = 60", "epochs = 61")
    said = push(clone, "--push-option", "no-follow")
    assert "mlops-iris-pipeline starts: examples/iris/example.toml changed" in said
    assert "mlops-movielens-pipeline does not start" in said
    wait_until_it_trains(clone)
    [started] = executions(clone, "iris")
    assert started["trigger"]["triggerType"] == "WebhookV2"
    summary = json.loads(started["sourceRevisions"][0]["revisionSummary"])
    assert summary["CommitMessage"] == "Change examples/iris/example.toml"
    assert executions(clone, "movielens") == []


@pytest.mark.usefixtures("up")
def test_nothing_goes_on_after_make_down(clone: Clone) -> None:
    assert clone.run(sys.executable, "-m", "local_aws", "down").returncode == 0
    assert running_in(clone.root) == []
