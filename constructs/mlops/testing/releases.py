"""A release manifest as training would write it, for stacks and gates that are tested without a training."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from mlops.spec import Release, Settings, load_settings
from mlops.spec.release import DataFingerprint, ModelArtifact, TrainingRecord

_ID = "r-1"


def example_release(root: Path, example: str) -> Release:
    """A manifest of an example of the repository ``root``: of its account, its region and its names.

    Raises:
        InvalidInputError: with every problem of the settings.
    """
    settings = load_settings(root, example)
    names = settings.names
    return Release(
        example=example,
        release_id=_ID,
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        commit="0123456789" * 4,
        model=ModelArtifact(
            image=settings.example.endpoint.image or _image(settings, names.region),
            model_data_url=f"s3://{names.models_bucket}/{_ID}/model/job/output/model.tar.gz",
            images={region: _image(settings, region) for region in settings.further_regions},
        ),
        training=TrainingRecord(job_name=f"{names.prefix}-{_ID}"),
        data=DataFingerprint(sha256="0" * 64, rows=100, held_out_rows=20),
    )


def _image(settings: Settings, region: str) -> str:
    return f"{settings.names.account_id}.dkr.ecr.{region}.amazonaws.com/{settings.example.name}:1"
