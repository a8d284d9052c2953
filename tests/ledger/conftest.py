"""A ledger on a local AWS, and entries to put in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from local_aws.server import LocalAws
from mlops.ledger.store import Ledger


@pytest.fixture(scope="package")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def s3(aws: LocalAws) -> Any:
    return aws.runtime.client("s3")


@pytest.fixture
def ledger(s3: Any) -> Ledger:
    """An empty one."""
    bucket = f"ledger-{uuid4()}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return Ledger(s3, bucket)


@pytest.fixture
def report() -> bytes:
    """The part of a ``gate.json`` that the ledger reads."""
    found = {"value": 0.713, "low": 0.703, "high": 0.724}
    return json.dumps(
        {
            "verdict": "passed",
            "summary": "PASSED: accuracy 0.713 [0.703, 0.724] ≥ 0.69",
            "metrics": {"accuracy": {"model": found, "baseline": None}, "auc": {"model": found}},
            "checks": [{"name": "release deployed", "outcome": "pass"}],
        }
    ).encode()
