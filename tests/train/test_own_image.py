"""A user's own image, which the settings name, in place of AWS's: from training to the release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from local_aws.server import LocalAws
from mlops.train.build import Build, Log
from mlops.train.jobs import train_once
from mlops.train.prepared import PreparedData
from mlops.train.release import write_release
from mlops.train.task import Task, channel
from tests.project import settings_of

ROOT = Path(__file__).resolve().parents[2]
OWN = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/churn:1"
IMAGES = """
[[image]]
repository = "team/churn"
train = "bash -c 'echo trained > $SAGEMAKER_BASE_DIR/model/model.txt'"
"""


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAws]:
    (tmp_path / "images.toml").write_text(IMAGES)
    with LocalAws(tmp_path / "aws", images=[tmp_path / "images.toml"]) as running:
        for name, value in running.runtime.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def build() -> Build:
    settings = settings_of("iris")
    example = settings.example.model_copy(
        update={
            "training": settings.example.training.model_copy(update={"image": OWN}),
            "endpoint": settings.example.endpoint.model_copy(update={"image": OWN}),
        }
    )
    commit = "c0ffee" + "0" * 34
    return Build(
        settings.model_copy(update={"example": example}), "e5ec0710-0000-4000-8000-000000000000", commit
    )


def test_it_trains_and_is_released(aws: LocalAws, build: Build, tmp_path: Path) -> None:
    s3, bucket = aws.runtime.client("s3"), build.names.models_bucket
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": build.region})
    s3.put_object(Bucket=bucket, Key="rows/rows.csv", Body=b"1\n")
    url = f"s3://{bucket}/rows/"
    task = Task("aws/image:1", {}, [channel("train", url, "text/csv")])
    job = train_once(build, task, boto3.Session(region_name=build.region), Log())
    prepared = PreparedData(train=url, test=url, rows=1, train_rows=1, held_out_rows=1, sha256="0" * 64)
    release = write_release(build, prepared, job, lambda _: "aws/image:1", {}, Log(), tmp_path)
    assert release.model.image == OWN
    described = aws.runtime.client("sagemaker").describe_training_job(TrainingJobName=job.training_job_name)
    assert described["AlgorithmSpecification"]["TrainingImage"] == OWN
    assert described["EnableNetworkIsolation"]
