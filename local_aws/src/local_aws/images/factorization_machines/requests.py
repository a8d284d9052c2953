"""Requests: dense and sparse JSON, JSON lines, recordIO-protobuf.

https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from local_aws.images.inference_server import RequestError
from recordio import RecordIOError, Records, decode

JSON = "application/json"
JSON_LINES = "application/jsonlines"
RECORDIO = "application/x-recordio-protobuf"

_FORMS = (
    '{"features": [...]}, {"data": {"features": {"values": [...]}}} or '
    '{"data": {"features": {"keys": [...], "shape": [feature_dim], "values": [...]}}}'
)


def read_request(body: bytes, content_type: str, feature_dim: int) -> Any:
    """The request's rows: a SciPy CSR array of shape (n, feature_dim), float32.

    Raises:
        RequestError: 415 for another content type, 400 with the reason for anything malformed.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _READERS:
        raise RequestError(
            415,
            f"Content type {content_type or '(none)'} is not supported; use one of {', '.join(_READERS)}.",
        )
    records = _READERS[media_type](body, feature_dim)
    if not len(records):
        raise RequestError(400, "The request has no instance.")
    if not np.isfinite(records.values).all():
        row = (
            int(np.searchsorted(records.indptr, np.flatnonzero(~np.isfinite(records.values))[0], "right")) - 1
        )
        raise RequestError(400, f"Instance {row} holds a value that is not a finite number.")
    shape = len(records), feature_dim
    return csr_array((records.values, records.keys, records.indptr), shape=shape)


def _read_json(body: bytes, feature_dim: int) -> Records:
    request = _loads(body, "The request")
    instances = request.get("instances") if isinstance(request, dict) else None
    if not isinstance(instances, list):
        raise RequestError(400, 'The request is not of the form {"instances": [...]}.')
    return _rows(instances, feature_dim)


def _read_json_lines(body: bytes, feature_dim: int) -> Records:
    lines = [line for line in body.splitlines() if line.strip()]
    return _rows([_loads(line, f"Line {number}") for number, line in enumerate(lines)], feature_dim)


def _read_recordio(body: bytes, feature_dim: int) -> Records:
    try:
        records = decode(body)
    except RecordIOError as error:
        raise RequestError(
            400, f"The request is not recordIO-protobuf with Float32 tensors: {error}."
        ) from error
    if records.dim is not None and records.dim != feature_dim:
        raise RequestError(400, f"Rows have {records.dim} features; the model has {feature_dim}.")
    if records.keys.max(initial=-1) >= feature_dim:
        raise RequestError(400, f"Key {records.keys.max()} is not in [0, {feature_dim}).")
    return records


def _loads(text: bytes, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, f"{what} is not JSON: {error}.") from error


def _rows(instances: list[Any], feature_dim: int) -> Records:
    """Instances of any of the forms, which may be mixed."""
    keys, values = [], []
    for row, instance in enumerate(instances):
        row_keys, row_values = _row(row, instance, feature_dim)
        keys.append(row_keys)
        values.append(row_values)
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    indptr = np.zeros(len(values) + 1, np.int64)
    np.cumsum(lengths, out=indptr[1:])
    with np.errstate(over="ignore"):  # infinity is refused with the other values that are not finite
        flat = _numbers(values, "iuf", "values", "numbers").astype(np.float32)
    flat_keys = _numbers(keys, "iu", "keys", "whole numbers")
    outside = np.flatnonzero((flat_keys < 0) | (flat_keys >= feature_dim))
    if len(outside):
        row = int(np.searchsorted(indptr, outside[0], "right")) - 1
        raise RequestError(400, f"Instance {row}: key {flat_keys[outside[0]]} is not in [0, {feature_dim}).")
    return Records(indptr, flat_keys, flat, dim=feature_dim)


def _row(row: int, instance: Any, feature_dim: int) -> tuple[Any, list[Any]]:
    """One instance's keys and values, their contents unchecked."""
    if isinstance(instance, dict) and isinstance(instance.get("features"), list):
        features: Any = {"values": instance["features"]}
    else:
        data = instance.get("data") if isinstance(instance, dict) else None
        features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, dict) or not isinstance(features.get("values"), list):
        raise RequestError(400, f"Instance {row} has none of the forms {_FORMS}.")
    values = features["values"]
    shape = features.get("shape", [feature_dim])
    if shape not in ([feature_dim], [1, feature_dim]):
        raise RequestError(400, f"Instance {row}: shape is {shape}; the model has {feature_dim} features.")
    keys = features.get("keys")
    if keys is None:
        if len(values) != feature_dim:
            raise RequestError(
                400, f"Instance {row} has {len(values)} features; the model has {feature_dim}."
            )
        return range(feature_dim), values
    if not isinstance(keys, list) or len(keys) != len(values):
        raise RequestError(400, f"Instance {row}: keys and values are not lists of equal length.")
    if len(set(map(repr, keys))) != len(keys):
        raise RequestError(400, f"Instance {row} has a key twice.")
    return keys, values


def _numbers(rows: list[Any], kinds: str, name: str, allowed: str) -> NDArray[Any]:
    """All rows' items in one array.

    Raises:
        RequestError: naming the first row with an item that is not of numpy's ``kinds``.
    """
    flat = _array(list(chain.from_iterable(rows)))
    if not len(flat) and kinds == "iu":
        return flat.astype(np.int64)
    if len(flat) and flat.dtype.kind not in kinds:
        row = next(
            row
            for row, items in enumerate(rows)
            if len(items) and _array(list(items)).dtype.kind not in kinds
        )
        raise RequestError(400, f"Instance {row}: {name} are not all {allowed}.")
    return flat


def _array(items: list[Any]) -> NDArray[Any]:
    try:
        return np.array(items)
    except (ValueError, OverflowError):  # lists of unequal length among the items, or a huge number
        return np.array(items, object)


_READERS: dict[str, Callable[[bytes, int], Records]] = {
    JSON: _read_json,
    JSON_LINES: _read_json_lines,
    RECORDIO: _read_recordio,
}
