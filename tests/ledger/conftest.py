"""A ledger on a local AWS, and entries to put in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from local_aws.server import LocalAws
from mlops.ledger.store import Ledger
from mlops.spec.gate_report import RELEASE_DEPLOYED, Check, Figure, GateReport, Metric


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
    """A ``gate.json``."""
    found = Figure(value=0.713, low=0.703, high=0.724)
    return (
        GateReport(
            verdict="passed",
            summary="PASSED: accuracy 0.713 [0.703, 0.724] ≥ 0.69",
            consequence="The release goes on.",
            example="movielens",
            environment="qa",
            started_at=datetime(2026, 1, 2, 3, tzinfo=UTC),
            seconds=10,
            metrics={"accuracy": Metric(model=found), "auc": Metric(model=found)},
            checks=(Check(name=RELEASE_DEPLOYED, outcome="pass", reason="it serves the release"),),
        )
        .model_dump_json()
        .encode()
    )
