"""Training data to a release: ``python -m training.iris.train``, after ``prepare``.

Runs ``script/train.py`` in AWS's TensorFlow image and writes ``release.json``, ``metrics.json`` and what the
script left, the training curves, to the output folder.
"""

from __future__ import annotations

from pathlib import Path

import boto3
from sagemaker.core import image_uris

from mlops_spec import Release
from training.build import OUTPUT, Build, Log, load_build, run
from training.jobs import train_once
from training.prepared import PreparedData
from training.release import write_release
from training.script_mode import download_output, script_hyperparameters, upload_script
from training.task import Task, channel, chosen_hyperparameters

# The newest that AWS offers of each; TensorFlow Serving reads what TensorFlow 2 of any version saved.
# https://aws.github.io/deep-learning-containers/reference/available_images/
_TRAINING_VERSION, _SERVING_VERSION = "2.21.0", "2.20.0"
_PYTHON = "py312"
_SCRIPT = Path(__file__).parent / "script"
_METRICS = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


def train(build: Build, prepared: PreparedData, log: Log, output: Path = OUTPUT) -> Release:
    """Train, and write what the endpoints are built from.

    Raises:
        TrainingError: the job fails or is stopped; with SageMaker's reason.
    """
    session = boto3.Session(region_name=build.region)
    s3 = session.client("s3")
    task = Task(
        image=_image(build, "training", _TRAINING_VERSION),
        hyperparameters={**chosen_hyperparameters(build), **script_hyperparameters(build, "train.py")},
        channels=[
            channel("train", prepared.train, "text/csv"),
            channel("test", prepared.test, "text/csv"),
            upload_script(s3, build, _SCRIPT),
        ],
        metrics={name: rf"\b{name}=([0-9.]+)" for name in _METRICS},
    )
    job = train_once(build, task, session, log)
    serving = _image(build, "inference", _SERVING_VERSION)
    release = write_release(build, prepared, job, serving, {}, log, output)
    download_output(s3, release.model.model_data_url, output)
    return release


def _image(build: Build, scope: str, version: str) -> str:
    training = build.settings.example.training
    uri = image_uris.retrieve(
        "tensorflow",
        build.region,
        version=version,
        py_version=_PYTHON,
        instance_type=training.instance_type,
        image_scope=scope,
    )
    return str(uri)


def main() -> None:
    """Train the build that the environment describes."""
    train(load_build(), PreparedData.load(), Log())


if __name__ == "__main__":
    run(main)
