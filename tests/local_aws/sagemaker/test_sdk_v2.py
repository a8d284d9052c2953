"""Version 2 of the SageMaker SDK: fit, deploy and predict, as a user's programs do it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws

from .sdk_program import run

pytestmark = pytest.mark.timeout(900)


def test_a_scikit_learn_script(aws: LocalAws, tmp_path: Path, sagemaker: Any) -> None:
    done = run(aws, tmp_path, "v2_scikit_learn", "manhattan")
    assert done.returncode == 0, done.stdout
    assert "accuracy=1.0;" in done.stdout  # the script's own line, which fit shows
    assert "Training job completed" in done.stdout
    assert "bucket sagemaker-eu-west-1-123456789012" in done.stdout
    assert "predicted [0.0, 1.0]" in done.stdout
    assert sagemaker.list_endpoints()["Endpoints"] == []


def test_a_script_that_fails_tells_its_user_why(aws: LocalAws, tmp_path: Path) -> None:
    done = run(aws, tmp_path, "v2_scikit_learn", "nearest")
    assert done.returncode == 1
    assert "UnexpectedStatusException: Error for Training job" in done.stdout
    assert "argument --metric: invalid choice: 'nearest'" in done.stdout.rpartition("UnexpectedStatus")[2]


def test_a_tensorflow_script(aws: LocalAws, tmp_path: Path) -> None:
    done = run(aws, tmp_path, "v2_tensorflow")
    assert done.returncode == 0, done.stdout
    assert "predicted [10.0, 40.0]" in done.stdout


def test_a_built_in_algorithm_by_the_generic_estimator(aws: LocalAws, tmp_path: Path) -> None:
    done = run(aws, tmp_path, "v2_estimator")
    assert done.returncode == 0, done.stdout
    assert "predicted [1, 0]" in done.stdout
