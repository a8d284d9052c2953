"""Requests and replies of a classifier of rows of numbers: JSON by row, as TensorFlow Serving takes it.

``{"instances": [[…], …]}`` is asked and ``{"predictions": [[…], …]}`` answered, a probability for each class:
https://www.tensorflow.org/tfx/serving/api_rest
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from mlops.profile import Profile
from mlops.serving.arrays import Floats
from mlops.serving.client import EndpointError, Request
from mlops.serving.protocol import ProtocolOf
from mlops.spec import Problem

_JSON = "application/json"
# Probabilities in single precision add up to 1 within this.
_ROUNDING = 1e-4


@dataclass(frozen=True)
class NumericRows:
    """A classifier by ``width`` numbers in each row, which the column ``features`` lists."""

    width: int
    classes: tuple[str, ...]
    malformed_kinds: tuple[str, ...] = (
        "not JSON",
        "no instances",
        "a feature missing",
        "a feature too many",
        "rows of unequal length",
        "text in place of numbers",
        "wrong content type",
    )

    def problems(self, rows: pl.DataFrame) -> list[Problem]:
        """``features`` must be lists of ``width`` finite numbers."""
        allowed = f"a list of {self.width} finite numbers in each row"
        given = rows.schema.get("features")
        if not isinstance(given, pl.List) or given.inner is None or not given.inner.is_numeric():
            return [_problem(str(given or "no such column"), allowed)]
        lengths = set(rows["features"].list.len())
        if lengths != {self.width}:
            return [_problem(f"lists of {', '.join(map(str, sorted(lengths, key=str)))} numbers", allowed)]
        if not rows["features"].explode().cast(pl.Float64).is_finite().fill_null(value=False).all():
            return [_problem("a number that is missing or not finite", allowed)]
        return []

    def encode(self, rows: pl.DataFrame) -> Request:
        """One instance for each row."""
        return _request(rows["features"].to_list())

    def decode(self, reply: bytes, count: int) -> Floats:
        """The probabilities: of two classes that of class 1, else of each."""
        try:
            scores = np.array(json.loads(reply)["predictions"], dtype=np.float64)
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointError(f"the reply has no predictions in rows: {reply[:200]!r}") from error
        if scores.shape != (count, len(self.classes)):
            raise EndpointError(
                f"predictions of the shape {scores.shape}, not {(count, len(self.classes))}: a row of"
                f" {len(self.classes)} probabilities for each instance"
            )
        if not np.all((scores >= 0) & (scores <= 1)) or np.any(np.abs(scores.sum(axis=1) - 1) > _ROUNDING):
            raise EndpointError(f"predictions that are no probabilities, such as {scores[0].tolist()}")
        return scores[:, 1] if len(self.classes) == 2 else scores

    def malformed(self, rows: pl.DataFrame) -> dict[str, Request]:
        """Requests that the model cannot answer."""
        features = rows["features"].to_list()[0]
        return {
            "not JSON": Request(b'{"instances": [', _JSON),
            "no instances": Request(b"{}", _JSON),
            "a feature missing": _request([features[:-1]]),
            "a feature too many": _request([[*features, 1.0]]),
            "rows of unequal length": _request([features, features[:-1]]),
            "text in place of numbers": _request([["text"] * self.width]),
            "wrong content type": Request(_request([features]).body, "image/png"),
        }

    def captured(self, request: Request, profile: Profile) -> pl.DataFrame:
        """The numbers of each instance, in the order of the training's columns; JSON by row or CSV."""
        try:
            if request.content_type.startswith("text/csv"):
                rows = np.loadtxt(io.BytesIO(request.body), delimiter=",", ndmin=2)
            else:
                rows = np.array(json.loads(request.body)["instances"], dtype=np.float64)
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointError(f"a request without numbers in rows: {request.body[:200]!r}") from error
        if rows.ndim != 2 or rows.shape[1] != len(profile.columns):
            raise EndpointError(f"a request of the shape {rows.shape}, not (rows, {len(profile.columns)})")
        return pl.DataFrame(rows, schema=list(profile.columns))


def numeric_rows(width: int, classes: tuple[str, ...]) -> ProtocolOf:
    """The protocol of every release of a model of these rows and classes."""
    return lambda _: NumericRows(width, classes)


def _request(instances: list[Any]) -> Request:
    return Request(json.dumps({"instances": instances}, separators=(",", ":")).encode(), _JSON)


def _problem(given: str, allowed: str) -> Problem:
    return Problem("held_out.parquet", "features", given, allowed, "Let training write it anew.")
