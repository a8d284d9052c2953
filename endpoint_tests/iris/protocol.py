"""Requests and replies of the iris network behind TensorFlow Serving, in its row form.

https://www.tensorflow.org/tfx/serving/api_rest
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from endpoint_tests.client import EndpointError, Request
from endpoint_tests.intervals import Floats
from mlops_spec import Problem, Release

_JSON = "application/json"
_MEASURES = 4
# Probabilities in single precision add up to 1 within this.
_ROUNDING = 1e-4


@dataclass(frozen=True)
class IrisNetwork:
    """A classifier of three species by four measures in centimetres, which ``features`` lists."""

    classes: tuple[str, ...] = ("setosa", "versicolor", "virginica")
    malformed_kinds: tuple[str, ...] = (
        "not JSON",
        "no instances",
        "a measure missing",
        "a measure too many",
        "rows of unequal length",
        "text in place of numbers",
        "wrong content type",
    )

    def problems(self, rows: pl.DataFrame) -> list[Problem]:
        """``features`` must be lists of four finite numbers."""
        allowed = f"a list of {_MEASURES} finite numbers in each row"
        given = rows.schema.get("features")
        if not isinstance(given, pl.List) or given.inner is None or not given.inner.is_numeric():
            return [_problem(str(given or "no such column"), allowed)]
        lengths = set(rows["features"].list.len())
        if lengths != {_MEASURES}:
            return [_problem(f"lists of {', '.join(map(str, sorted(lengths, key=str)))} numbers", allowed)]
        if not rows["features"].explode().cast(pl.Float64).is_finite().fill_null(value=False).all():
            return [_problem("a number that is missing or not finite", allowed)]
        return []

    def encode(self, rows: pl.DataFrame) -> Request:
        """One instance for each row."""
        return _request(rows["features"].to_list())

    def decode(self, reply: bytes, count: int) -> Floats:
        """The probabilities of ``{"predictions": [[…, …, …], …]}``, shape ``(count, 3)``."""
        try:
            scores = np.array(json.loads(reply)["predictions"], dtype=np.float64)
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointError(f"the reply is not TensorFlow Serving's: {reply[:200]!r}") from error
        if scores.shape != (count, len(self.classes)):
            raise EndpointError(
                f"predictions of the shape {scores.shape}, not {(count, len(self.classes))}: a row of"
                f" {len(self.classes)} probabilities for each flower"
            )
        if not np.all((scores >= 0) & (scores <= 1)) or np.any(np.abs(scores.sum(axis=1) - 1) > _ROUNDING):
            raise EndpointError(f"predictions that are no probabilities, such as {scores[0].tolist()}")
        return scores

    def malformed(self, rows: pl.DataFrame) -> dict[str, Request]:
        """Requests that the network cannot answer."""
        features = rows["features"].to_list()[0]
        return {
            "not JSON": Request(b'{"instances": [', _JSON),
            "no instances": Request(b"{}", _JSON),
            "a measure missing": _request([features[:-1]]),
            "a measure too many": _request([[*features, 1.0]]),
            "rows of unequal length": _request([features, features[:-1]]),
            "text in place of numbers": _request([["long", "wide", "long", "wide"]]),
            "wrong content type": Request(_request([features]).body, "image/png"),
        }


def protocol_of(release: Release) -> IrisNetwork:  # noqa: ARG001 - every release of this network speaks alike
    """The protocol of a release's model."""
    return IrisNetwork()


def _request(instances: list[Any]) -> Request:
    return Request(json.dumps({"instances": instances}, separators=(",", ":")).encode(), _JSON)


def _problem(given: str, allowed: str) -> Problem:
    return Problem("held_out.parquet", "features", given, allowed, "Let training write it anew.")
