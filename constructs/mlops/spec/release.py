"""The release manifest that training writes (``release.json``) and the endpoint stacks are built from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from mlops.spec.names import Names
from mlops.spec.problems import InvalidInputError, Problem, parse_json
from mlops.spec.versions import Versioned

RELEASE_FILE = "release.json"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelArtifact(_Strict):
    """What SageMaker hosts."""

    image: str = Field(pattern=r"^[^\s/]+/[^\s]+$", description="a container image URI")
    model_data_url: str = Field(pattern=r"^s3://[^/\s]+/\S+$", description="an s3:// URL of a model.tar.gz")
    environment: dict[str, str] = Field(default_factory=dict, description="the container's variables")
    images: dict[str, str] = Field(
        default_factory=dict, description="the image's URI in further regions, by region"
    )

    @property
    def content_hash(self) -> str:
        """SHA-256 in hex of what the model is made of: the same content always gets the same name."""
        content = self.model_dump(exclude={"images"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def location(self) -> tuple[str, str]:
        """The bucket and the key of the artifact."""
        bucket, _, key = self.model_data_url.removeprefix("s3://").partition("/")
        return bucket, key

    def at(self, names: Names) -> ModelArtifact:
        """The artifact as the endpoint with these names serves it.

        An environment that is remote has the model copied into a bucket of its own, and the region's image.
        """
        if names.primary is None:
            return self
        url = f"s3://{names.models_bucket}/{self.location[1]}"
        image = self.images.get(names.region, self.image)
        return ModelArtifact(image=image, model_data_url=url, environment=self.environment)


class TrainingRecord(_Strict):
    """Where the model came from."""

    job_name: str
    hyperparameters: dict[str, str] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)


class DataFingerprint(_Strict):
    """Which data it was trained on.

    ``facts`` are what else of the data whoever invokes the endpoint must know, such as how many features a
    row has. ``train_rows`` is None in a manifest of schema version 1, which did not say.
    """

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="64 hexadecimal digits")
    rows: int = Field(ge=1)
    train_rows: int | None = Field(default=None, ge=1)
    held_out_rows: int = Field(ge=1)
    facts: dict[str, int | float | str] = Field(default_factory=dict)

    def __str__(self) -> str:
        held_out = f"{self.held_out_rows:,}"
        if self.train_rows is None:
            return f"{self.rows:,} rows, {held_out} of them held out"
        return f"{self.train_rows:,} rows trained on, {held_out} held out"


class Release(Versioned):
    """``release.json``: one trained model, ready to be deployed to QA and PROD."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    NEWEST: ClassVar[int] = 2

    schema_version: int = NEWEST
    example: str
    release_id: str = Field(pattern=r"^[A-Za-z0-9-]{1,40}$", description="1 to 40 letters, digits and -")
    created_at: datetime
    commit: str = Field(pattern=r"^[0-9a-f]{40}$", description="a git commit of 40 hexadecimal digits")
    model: ModelArtifact
    training: TrainingRecord
    data: DataFingerprint

    def write(self, path: Path) -> None:
        """Write the manifest as JSON."""
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def load_release(path: Path) -> Release:
    """Read a manifest.

    Raises:
        InvalidInputError: with every problem of the file.
    """
    return parse_json(path, Release)


def load_release_of(file: str, examples: Sequence[str]) -> Release:
    """Read a manifest of one of ``examples``.

    Raises:
        InvalidInputError: with every problem of the file, or because it belongs to none of them.
    """
    path = Path(file)
    release = load_release(path)
    if release.example not in examples:
        allowed = f"one of {', '.join(examples)}"
        remedy = "Deploy the release of an example of this project."
        raise InvalidInputError([Problem(path.name, "example", repr(release.example), allowed, remedy)])
    return release
