"""Version 3 of the SageMaker SDK: ModelTrainer, ModelBuilder and Endpoint, as a user's program has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local_aws import job_logs
from local_aws.server import LocalAws

from .sdk_program import run

pytestmark = pytest.mark.timeout(900)


def test_a_scikit_learn_script(aws: LocalAws, tmp_path: Path, sagemaker: Any) -> None:
    done = run(aws, tmp_path, "v3_scikit_learn", "manhattan")
    assert done.returncode == 0, done.stdout
    assert "predicted [0.0, 1.0]" in done.stdout
    assert sagemaker.list_endpoints()["Endpoints"] == sagemaker.list_models()["Models"] == []
    name = sagemaker.list_training_jobs()["TrainingJobSummaries"][0]["TrainingJobName"]
    assert f"job {name}" in done.stdout
    assert "accuracy=1.0;" in list(job_logs.lines(aws.runtime, name))
