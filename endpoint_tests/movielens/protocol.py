"""Requests and replies of SageMaker's factorization machines, in its sparse JSON form.

https://docs.aws.amazon.com/sagemaker/latest/dg/fm-in-formats.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from mlops.profile import Profile
from mlops.serving.arrays import Floats
from mlops.serving.client import EndpointError, Request
from mlops.serving.protocol import CLUSTER
from mlops.spec import InvalidInputError, Problem, Release

_JSON = "application/json"
# The label follows from the score; a score this close to 0.5 may have rounded either way.
_ROUNDING = 1e-6
_TEXT = frozenset({"features in a row"})


@dataclass(frozen=True)
class FactorizationMachine:
    """A binary classifier over ``feature_dim`` one-hot features; ``keys`` names a row's non-zero ones."""

    feature_dim: int
    classes: tuple[str, ...] = ("not liked", "liked")
    malformed_kinds: tuple[str, ...] = (
        "not JSON",
        "no instances",
        "empty instances",
        "missing features",
        "wrong dimension",
        "key out of range",
        "text in place of numbers",
        "wrong content type",
    )

    def problems(self, rows: pl.DataFrame) -> list[Problem]:
        """``keys`` must be lists of indices below ``feature_dim``."""
        given = rows.schema.get("keys")
        if not (isinstance(given, pl.List) and given.inner is not None and _is_integer(given.inner)):
            return [
                _held_out_problem("keys", str(given or "no such column"), "a column of lists of integers")
            ]
        highest, lowest = rows["keys"].list.max().max(), rows["keys"].list.min().min()
        if rows["keys"].null_count() or rows["keys"].list.len().min() == 0 or highest is None:
            return [_held_out_problem("keys", "a row without any", "at least one index in each row")]
        if int(str(highest)) >= self.feature_dim or int(str(lowest)) < 0:
            allowed = f"indices from 0 to feature_dim - 1 = {self.feature_dim - 1}"
            return [_held_out_problem("keys", f"{lowest!s} to {highest!s}", allowed)]
        return []

    def encode(self, rows: pl.DataFrame) -> Request:
        """One sparse instance for each row, every value 1."""
        return _request([self._instance(keys) for keys in rows["keys"].to_list()])

    def _instance(self, keys: list[Any], dimension: int | None = None) -> dict[str, Any]:
        shape = [dimension or self.feature_dim]
        return {"data": {"features": {"keys": keys, "shape": shape, "values": [1.0] * len(keys)}}}

    def decode(self, reply: bytes, count: int) -> Floats:
        """The scores of ``{"predictions": [{"score": …, "predicted_label": …}]}``."""
        try:
            predictions = json.loads(reply)["predictions"]
            scores = np.array([prediction["score"] for prediction in predictions], dtype=np.float64)
            labels = np.array([prediction["predicted_label"] for prediction in predictions], dtype=np.float64)
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointError(f"the reply is not the algorithm's: {reply[:200]!r}") from error
        if len(scores) != count:
            raise EndpointError(f"{len(scores)} predictions for {count} rows")
        if not np.all((scores >= 0) & (scores <= 1)):
            wrong = scores[~((scores >= 0) & (scores <= 1))][0]
            raise EndpointError(f"a score of {wrong}, which is not between 0 and 1")
        contradicting = np.abs(scores - 0.5) > _ROUNDING
        if np.any((labels != (scores > 0.5)) & contradicting):
            raise EndpointError("a predicted_label that contradicts its score")
        return scores

    def malformed(self, rows: pl.DataFrame) -> dict[str, Request]:
        """Requests that no factorization machine can answer."""
        keys = rows["keys"].to_list()[0]
        valid = _request([self._instance(keys)])
        return {
            "not JSON": Request(b'{"instances": [', _JSON),
            "no instances": Request(b"{}", _JSON),
            "empty instances": _request([]),
            "missing features": _request([{"data": {}}]),
            "wrong dimension": _request([self._instance(keys, self.feature_dim + 1)]),
            "key out of range": _request([self._instance([*keys, self.feature_dim])]),
            "text in place of numbers": _request([self._instance(["user", "film"])]),
            "wrong content type": Request(valid.body, "image/png"),
        }

    def captured(self, request: Request, profile: Profile) -> pl.DataFrame:
        """How often the training has seen each row's user and item, and how many features are in the row.

        Rows of one user belong together; a feature outside the groups of the profile is counted only.
        """
        try:
            rows = [_keys(instance) for instance in json.loads(request.body)["instances"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EndpointError(f"a request without sparse rows: {request.body[:200]!r}") from error
        columns: dict[str, list[Any]] = {"features in a row": [str(len(keys)) for keys in rows]}
        first = 0
        for group, counts in profile.activity.items():
            own = [
                next((key - first for key in keys if 0 <= key - first < len(counts)), None) for keys in rows
            ]
            columns[f"{group} activity"] = [None if key is None else counts[key] for key in own]
            columns.setdefault(CLUSTER, own)
            first += len(counts)
        return pl.DataFrame(columns, schema_overrides=dict.fromkeys(columns.keys() - _TEXT, pl.Int64))


def protocol_of(release: Release) -> FactorizationMachine:
    """The protocol of a release's model.

    Raises:
        InvalidInputError: ``feature_dim`` is missing among the facts of its data, or no number.
    """
    # Manifests of schema version 1 have it among the hyperparameters.
    recorded = release.training.hyperparameters.get("feature_dim", "nothing")
    given = str(release.data.facts.get("feature_dim", recorded))
    if not given.isdecimal() or int(given) < 1:
        remedy = "Let training write the facts of its data into release.json."
        problem = Problem("release.json", "data.facts.feature_dim", given, "a whole number from 1 on", remedy)
        raise InvalidInputError([problem])
    return FactorizationMachine(int(given))


def _request(instances: list[dict[str, Any]]) -> Request:
    return Request(json.dumps({"instances": instances}, separators=(",", ":")).encode(), _JSON)


def _keys(instance: Any) -> list[int]:
    """The features of a row that are not 0, from its sparse form or its dense one."""
    features = instance.get("features", instance.get("data", {}).get("features"))
    if isinstance(features, list):
        return [key for key, value in enumerate(features) if value]
    return [int(key) for key, value in zip(features["keys"], features["values"], strict=True) if value]


def _is_integer(inner: Any) -> bool:
    return bool(inner.is_integer())


def _held_out_problem(field: str, given: str, allowed: str) -> Problem:
    return Problem("held_out.parquet", field, given, allowed, "Let training write it anew.")
