"""Flowers on the local AWS, as the init and pipeline stacks have them there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws
from mlops.spec import load_settings
from tests.project import PROJECT
from tests.train.builds import MakeBuild, builds_of

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = load_settings(PROJECT, "iris")
NAMES = SETTINGS.names


@pytest.fixture(scope="module")
def buckets(aws: LocalAws) -> Any:
    """An S3 client, and both buckets."""
    s3 = aws.runtime.client("s3")
    for bucket in (NAMES.data_bucket, NAMES.models_bucket):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": NAMES.region})
    return s3


@pytest.fixture
def upload(buckets: Any, credentials: None) -> Callable[[bytes], None]:  # noqa: ARG001
    """Put a file of flowers where the init stack puts it."""
    return lambda content: buckets.put_object(Bucket=NAMES.data_bucket, Key="flowers/iris.csv", Body=content)


@pytest.fixture
def build() -> MakeBuild:
    """Builds of few epochs."""
    return builds_of(SETTINGS, epochs=2)
