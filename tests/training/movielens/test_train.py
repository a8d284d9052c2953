"""Training on the local AWS: real jobs of its factorization machines, through the SageMaker SDK."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from local_aws.server import LocalAws
from mlops.spec import InvalidInputError, load_release, load_settings
from mlops.spec.settings import Tuning
from mlops.train.build import OUTPUT, Build, Log, TrainingError
from tests.project import PROJECT
from tests.train.builds import MakeBuild
from training.movielens.prepare import prepare
from training.movielens.prepared import PreparedRatings
from training.movielens.train import train

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "training" / "movielens"
NAMES = load_settings(PROJECT, "movielens").names


@pytest.fixture
def prepared(
    stacks: Callable[[bytes], None], ratings: bytes, tmp_path: Path
) -> Callable[[Build], PreparedRatings]:
    """Prepares the ratings for a build, into the test's folder."""
    stacks(ratings)
    return lambda build: prepare(build, Log(), tmp_path)


def job_of(name: str) -> dict[str, Any]:
    return dict(boto3.client("sagemaker").describe_training_job(TrainingJobName=name))


def test_a_training_job_becomes_a_release(
    prepared: Callable[[Build], PreparedRatings], build: MakeBuild, tmp_path: Path
) -> None:
    given = build()
    data = prepared(given)
    release = train(given, data, Log(), tmp_path)
    assert release == load_release(tmp_path / "release.json")
    assert release.release_id == given.execution_id
    assert release.commit == given.commit
    found = release.data
    assert (found.sha256, found.rows, found.train_rows, found.held_out_rows) == (data.sha256, 1800, 1200, 600)
    assert found.facts == {"feature_dim": 100}
    assert "feature_dim" not in release.training.hyperparameters
    assert job_of(release.training.job_name)["HyperParameters"]["feature_dim"] == "100"
    assert release.training.hyperparameters["epochs"] == "5"
    assert release.model.image == "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1"
    assert 0.5 < release.training.metrics["test:binary_classification_accuracy"] <= 1
    artifacts = yaml.safe_load((FOLDER / "buildspec.yml").read_text())["artifacts"]
    assert artifacts["base-directory"] == OUTPUT.relative_to(ROOT).as_posix()
    assert all((tmp_path / name).is_file() for name in artifacts["files"])
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["training"] == release.training.metrics
    assert metrics["baseline"].keys() == {"accuracy", "log_loss"}
    assert metrics["rows"] == {"all": 1800, "train": 1200, "held_out": 600}
    bucket, _, key = release.model.model_data_url.removeprefix("s3://").partition("/")
    assert key.startswith(f"{given.execution_id}/model/")
    model = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(model)) as archive:
        assert archive.getnames()


def test_a_job_may_do_no_more_than_its_role_allows(
    prepared: Callable[[Build], PreparedRatings], build: MakeBuild, tmp_path: Path
) -> None:
    given = build(instance_count=2)
    job = job_of(train(given, prepared(given), Log(), tmp_path).training.job_name)
    key = f"arn:aws:kms:eu-west-1:123456789012:alias/{NAMES.models_bucket}"
    assert job["TrainingJobName"].startswith(f"{NAMES.prefix}-")
    assert job["RoleArn"] == NAMES.role_arn("training-execution")
    assert job["EnableNetworkIsolation"]
    assert job["EnableInterContainerTrafficEncryption"]
    assert job["OutputDataConfig"]["KmsKeyId"] == job["ResourceConfig"]["VolumeKmsKeyId"] == key
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    channels = {channel["ChannelName"]: channel for channel in job["InputDataConfig"]}
    distributions = {
        name: channel["DataSource"]["S3DataSource"]["S3DataDistributionType"]
        for name, channel in channels.items()
    }
    assert distributions == {"train": "ShardedByS3Key", "test": "FullyReplicated"}
    tags = boto3.client("sagemaker").list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
    assert {"Key": "commit", "Value": given.commit} in tags


def test_instances_with_disks_of_their_own_get_no_volume_key(
    prepared: Callable[[Build], PreparedRatings], build: MakeBuild, tmp_path: Path
) -> None:
    given = build(instance_type="ml.m5d.large")
    job = job_of(train(given, prepared(given), Log(), tmp_path).training.job_name)
    assert "VolumeKmsKeyId" not in job["ResourceConfig"]


def test_a_failing_job_ends_with_its_reason(
    prepared: Callable[[Build], PreparedRatings], build: MakeBuild, tmp_path: Path
) -> None:
    given = build(hyperparameters={"predictor_type": "binary_classifier", "num_factors": "many"})
    with pytest.raises(TrainingError, match=r"ended as Failed: .*num_factors") as told:
        train(given, prepared(given), Log(), tmp_path)
    assert "retry the Train stage" in str(told.value)
    assert not (tmp_path / "release.json").exists()


def test_tuning_takes_the_best_job_s_model(
    prepared: Callable[[Build], PreparedRatings], build: MakeBuild, tmp_path: Path
) -> None:
    given = build(tuning=Tuning(enabled=True, max_jobs=3, max_parallel_jobs=2))
    release = train(given, prepared(given), Log(), tmp_path)
    sagemaker = boto3.client("sagemaker")
    (summary,) = sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]
    name = summary["HyperParameterTuningJobName"]
    jobs = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    losses = {
        job["TrainingJobName"]: job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        for job in jobs["TrainingJobSummaries"]
    }
    assert len(losses) == 3
    assert release.training.job_name == min(losses, key=lambda job: losses[job])
    assert "factors_wd" in release.training.hyperparameters
    assert release.training.hyperparameters["epochs"] == "5"
    assert not [name for name in release.training.hyperparameters if name.startswith("_")]


def test_a_build_that_is_stopped_stops_its_job(
    aws: LocalAws,  # noqa: ARG001
    prepared: Callable[[Build], PreparedRatings],
    build: MakeBuild,
    tmp_path: Path,
) -> None:
    given = build(execution_id="57099ed0")
    data = prepared(given)
    assert data.rows == 1800
    root = tmp_path / "endless"
    example = root / "examples" / "movielens" / "example.toml"
    example.parent.mkdir(parents=True)
    shutil.copy(PROJECT / "mlops.toml", root)
    shipped = (ROOT / "examples" / "movielens" / "example.toml").read_text()
    example.write_text(re.sub(r"^epochs = \d+", "epochs = 1000000", shipped, flags=re.MULTILINE))
    script = (
        "import sys; from pathlib import Path; from mlops.train.build import Log, load_build;"
        "from training.movielens.prepared import PreparedRatings; from training.movielens.train import train;"
        "root, folder = map(Path, sys.argv[1:]); train(load_build(root), PreparedRatings.load(folder), Log())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(root), str(tmp_path)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "constructs"))),
            "MLOPS_EXAMPLE": "movielens",
            "MLOPS_EXECUTION_ID": given.execution_id,
            "CODEBUILD_RESOLVED_SOURCE_VERSION": given.commit,
        },
    )
    sagemaker = boto3.client("sagemaker")

    def jobs() -> list[dict[str, Any]]:
        found = sagemaker.list_training_jobs(NameContains=given.execution_id)["TrainingJobSummaries"]
        return [dict(job) for job in found]

    deadline = time.monotonic() + 120
    while not (jobs() and jobs()[0]["TrainingJobStatus"] == "InProgress"):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    while jobs()[0]["TrainingJobStatus"] in ("InProgress", "Stopping"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert jobs()[0]["TrainingJobStatus"] == "Stopped"


def test_training_before_preparing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"prepared.json: \(file\): given No such file"):
        PreparedRatings.load(tmp_path)


def test_the_sdk_s_telemetry_is_off() -> None:
    settings = yaml.safe_load(Path(os.environ["SAGEMAKER_USER_CONFIG_OVERRIDE"]).read_text())
    assert settings["SageMaker"]["PythonSDK"]["Modules"]["TelemetryOptOut"] is True
