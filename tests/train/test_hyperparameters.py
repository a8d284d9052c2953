"""Hyperparameters reach a training job's request with the type and the text that example.toml gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws.server import LocalAws
from mlops.spec.problems import parse_toml
from mlops.spec.settings import Training
from mlops.train.build import Build
from mlops.train.jobs import start_training
from mlops.train.task import Task, channel, chosen_hyperparameters, json_hyperparameters
from tests.train.builds import MakeBuild

WRITTEN = """
instance_type = "ml.m5.large"

[hyperparameters]
early_stopping = true
shuffle = false
learning_rate = 1.10
decay = 1e-3
epochs = 30
version = "1.10"
optimizer = "adam"
"""
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
def written(tmp_path: Path, build: MakeBuild) -> Build:
    (tmp_path / "training.toml").write_text(WRITTEN)
    return build(hyperparameters=parse_toml(tmp_path / "training.toml", Training).hyperparameters)


def test_an_algorithm_gets_them_as_they_are_written(written: Build) -> None:
    assert chosen_hyperparameters(written) == TEXTS


def test_a_framework_s_image_gets_them_as_json_so_that_a_text_stays_one(written: Build) -> None:
    assert json_hyperparameters(written) == TEXTS | {"version": '"1.10"', "optimizer": '"adam"'}


def test_the_training_job_s_request_carries_the_texts(aws: LocalAws, written: Build) -> None:
    assert submitted(aws, written, chosen_hyperparameters(written)) == TEXTS


def test_a_hyperparameter_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "training.toml").write_text(f"{WRITTEN}layers = [64, 32]\n")
    with pytest.raises(Exception, match=r"hyperparameters\.layers.*given \[64, 32\]"):
        parse_toml(tmp_path / "training.toml", Training)


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
