"""Hyperparameters reach a training job's request with the type and the text that example.toml gives them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws.server import LocalAws
from mlops.spec import InvalidInputError, load_settings
from mlops.train.build import Build
from mlops.train.jobs import start_training
from mlops.train.task import Task, channel, chosen_hyperparameters, json_hyperparameters
from tests.project import PROJECT

WRITTEN = """
early_stopping = true
shuffle = false
learning_rate = 1.10
decay = 1e-3
epochs = 30
version = "1.10"
optimizer = "adam"
"""
_TABLE = "[training.hyperparameters]\n"
TEXTS = {
    "early_stopping": "true",
    "shuffle": "false",
    "learning_rate": "1.10",
    "decay": "0.001",
    "epochs": "30",
    "version": "1.10",
    "optimizer": "adam",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the settings of iris, which has these hyperparameters."""
    shutil.copy(PROJECT / "mlops.toml", tmp_path)
    (tmp_path / "examples/iris").mkdir(parents=True)
    before, after = (PROJECT / "examples/iris/example.toml").read_text().split(_TABLE)
    rest = after[after.index("\n[") :]
    (tmp_path / "examples/iris/example.toml").write_text(f"{before}{_TABLE}{WRITTEN}{rest}")
    return tmp_path


@pytest.fixture
def written(project: Path) -> Build:
    return Build(load_settings(project, "iris"), "e5ec0710-0000-4000-8000-000000000000", "c0ffee" + "0" * 34)


def test_an_algorithm_gets_them_as_they_are_written(written: Build) -> None:
    assert chosen_hyperparameters(written) == TEXTS


def test_a_framework_s_image_gets_them_as_json_so_that_a_text_stays_one(written: Build) -> None:
    assert json_hyperparameters(written) == TEXTS | {"version": '"1.10"', "optimizer": '"adam"'}


def test_the_training_job_s_request_carries_the_texts(aws: LocalAws, written: Build) -> None:
    assert submitted(aws, written, chosen_hyperparameters(written)) == TEXTS


def test_a_hyperparameter_of_another_kind_is_refused(project: Path) -> None:
    path = project / "examples/iris/example.toml"
    path.write_text(path.read_text().replace(_TABLE, f"{_TABLE}layers = [64, 32]\n"))
    with pytest.raises(InvalidInputError, match=r"hyperparameters\.layers.*given \[64, 32\]"):
        load_settings(project, "iris")


def submitted(aws: LocalAws, build: Build, hyperparameters: dict[str, str]) -> Any:
    """The hyperparameters of the job that SageMaker describes."""
    s3, bucket = aws.runtime.client("s3"), build.names.models_bucket
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": build.region})
    s3.put_object(Bucket=bucket, Key="rows/rows.csv", Body=b"1\n")
    image = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1"
    task = Task(image, hyperparameters, [channel("train", f"s3://{bucket}/rows/", "text/csv")])
    job = start_training(build, task, boto3.Session(region_name=build.region), "run")
    described = aws.runtime.client("sagemaker").describe_training_job(TrainingJobName=job.training_job_name)
    return described["HyperParameters"]
