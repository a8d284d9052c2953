"""Training data to a release: ``python -m training.movielens.train``, after ``prepare``.

Runs the SageMaker job and writes ``release.json`` and ``metrics.json`` to the output folder.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3
from sagemaker.core.resources import TrainingJob
from sagemaker.core.utils.utils import Unassigned

from mlops_spec import Release
from mlops_spec.release import DataFingerprint, ModelArtifact, TrainingRecord
from training.movielens import algorithm
from training.movielens.build import OUTPUT, Build, Log, TrainingError, load_build, run
from training.movielens.jobs import finish_training, start_training
from training.movielens.prepared import Prepared, load_prepared
from training.movielens.tuning import finish_tuning, start_tuning


def train(build: Build, prepared: Prepared, log: Log, output: Path = OUTPUT) -> Release:
    """Train, and write what the endpoints are built from.

    Raises:
        TrainingError: the job fails or is stopped; with SageMaker's reason.
    """
    session = boto3.Session(region_name=build.region)
    name = f"{build.execution_id[:8]}-{time.strftime('%m%d%H%M%S', time.gmtime())}"
    if build.settings.example.training.tuning.enabled:
        job = finish_tuning(start_tuning(build, prepared, session, name), build, session, log)
    else:
        job = start_training(build, prepared, session, name)
        finish_training(job, log)
    release = _release(build, prepared, job)
    release.write(output / "release.json")
    metrics = {
        "training": release.training.metrics,
        "baseline": prepared.baseline,
        "rows": {"all": prepared.rows, "train": prepared.train_rows, "held_out": prepared.held_out_rows},
    }
    (output / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    for metric, value in release.training.metrics.items():
        log(f"{metric} {value:.4f}")
    log(f"release {release.release_id}: {release.model.model_data_url}")
    return release


def _release(build: Build, prepared: Prepared, job: TrainingJob) -> Release:
    artifacts, metrics = job.model_artifacts, job.final_metric_data_list
    if artifacts is None or isinstance(artifacts, Unassigned):
        raise TrainingError(f"The training job {job.training_job_name} completed without a model.")
    given = {} if metrics is None or isinstance(metrics, Unassigned) else metrics
    parameters = {} if isinstance(job.hyper_parameters, Unassigned) else dict(job.hyper_parameters)
    return Release(
        example=build.settings.example.name,
        release_id=build.execution_id,
        created_at=datetime.now(UTC),
        commit=build.commit,
        model=ModelArtifact(image=algorithm.image(build), model_data_url=str(artifacts.s3_model_artifacts)),
        training=TrainingRecord(
            job_name=str(job.training_job_name),
            # A tuning job adds some of its own, which start with an underscore.
            hyperparameters={name: value for name, value in parameters.items() if not name.startswith("_")},
            metrics={str(metric.metric_name): float(metric.value) for metric in given},
        ),
        data=DataFingerprint(
            sha256=prepared.sha256, rows=prepared.rows, held_out_rows=prepared.held_out_rows
        ),
    )


def main() -> None:
    """Train the build that the environment describes."""
    train(load_build(), load_prepared(), Log())


if __name__ == "__main__":
    run(main)
