"""A finished training job as the release that the endpoints are built from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from sagemaker.core.resources import TrainingJob
from sagemaker.core.utils.utils import Unassigned

from mlops.spec import Release
from mlops.spec.release import DataFingerprint, ModelArtifact, TrainingRecord
from mlops.train.build import Build, Log, TrainingError
from mlops.train.prepared import PreparedData


def write_release(
    build: Build,
    prepared: PreparedData,
    job: TrainingJob,
    image_in: Callable[[str], str],
    further_metrics: Mapping[str, object],
    log: Log,
    output: Path,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Release:
    """Write ``release.json`` and ``metrics.json`` into ``output``; the image will serve, in ``environment``.

    ``image_in`` gives the image's URI in a region; where it serves is in the settings. A user's own image,
    which the settings name, comes in its place, and is where it is.

    Raises:
        TrainingError: the job made no model.
    """
    release = _release(build, prepared, job, image_in, environment)
    release.write(output / "release.json")
    metrics = {
        "training": release.training.metrics,
        **further_metrics,
        "rows": {"all": prepared.rows, "train": prepared.train_rows, "held_out": prepared.held_out_rows},
    }
    (output / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    for metric, value in release.training.metrics.items():
        log(f"{metric} {value:.4f}")
    log(f"release {release.release_id}: {release.model.model_data_url}")
    return release


def _release(
    build: Build,
    prepared: PreparedData,
    job: TrainingJob,
    image_in: Callable[[str], str],
    environment: Mapping[str, str],
) -> Release:
    artifacts, metrics = job.model_artifacts, job.final_metric_data_list
    if artifacts is None or isinstance(artifacts, Unassigned):
        raise TrainingError(f"The training job {job.training_job_name} completed without a model.")
    given = {} if metrics is None or isinstance(metrics, Unassigned) else metrics
    parameters = {} if isinstance(job.hyper_parameters, Unassigned) else dict(job.hyper_parameters)
    own = build.settings.example.endpoint.image
    return Release(
        example=build.settings.example.name,
        release_id=build.execution_id,
        created_at=datetime.now(UTC),
        commit=build.commit,
        model=ModelArtifact(
            image=own or image_in(build.region),
            model_data_url=str(artifacts.s3_model_artifacts),
            environment=dict(environment),
            images={} if own else {region: image_in(region) for region in build.settings.further_regions},
        ),
        training=TrainingRecord(
            job_name=str(job.training_job_name),
            # A tuning job adds some of its own, which start with an underscore.
            hyperparameters={
                name: value
                for name, value in parameters.items()
                if not name.startswith("_") and name not in prepared.facts
            },
            metrics={str(metric.metric_name): float(metric.value) for metric in given},
        ),
        data=DataFingerprint(
            sha256=prepared.sha256,
            rows=prepared.rows,
            train_rows=prepared.train_rows,
            held_out_rows=prepared.held_out_rows,
            facts=prepared.facts,
        ),
    )
