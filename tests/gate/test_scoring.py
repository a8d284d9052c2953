"""Batches stay under SageMaker's limit, and the scores keep the rows' order."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from mlops.gate import scoring
from mlops.serving.caller import Caller
from mlops.serving.client import Endpoint
from mlops.serving.options import Invocation

FactorizationMachine = pytest.importorskip("endpoint_tests.movielens.protocol").FactorizationMachine


@pytest.mark.parametrize(("rows_per_request", "connections"), [(1, 8), (7, 3), (10_000, 1)])
def test_scores_come_in_the_rows_order(build: Any, rows_per_request: int, connections: int) -> None:
    options = Invocation(rows_per_request=rows_per_request, connections=connections)
    rows = build.rows.head(100)
    endpoint = Endpoint(build.sagemaker.name, options, Caller())
    answered = scoring.scores(endpoint, FactorizationMachine(270), rows, options)
    assert np.allclose(answered, rows["truth"])


def test_a_batch_above_the_limit_is_sent_in_parts(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "MAX_BODY_BYTES", 2000)
    options = Invocation(rows_per_request=100)
    rows: pl.DataFrame = build.rows.head(100)
    endpoint = Endpoint(build.sagemaker.name, options, Caller())
    answered = scoring.scores(endpoint, FactorizationMachine(270), rows, options)
    assert np.allclose(answered, rows["truth"])
    assert max(map(len, build.sagemaker.requests)) <= 2000
