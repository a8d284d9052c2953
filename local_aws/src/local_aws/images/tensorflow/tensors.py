"""JSON values as tensors, by the rules and with the words of TensorFlow Serving.

https://www.tensorflow.org/tfx/serving/api_rest
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[Any]

# TensorFlow's names of the types that JSON values are converted to.
_FLOATS: dict[str, type[np.floating[Any]]] = {"float": np.float32, "double": np.float64}
_INTEGERS: dict[str, type[np.integer[Any]]] = {
    "int8": np.int8,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "uint8": np.uint8,
    "uint32": np.uint32,
    "uint64": np.uint64,
}


class TensorError(ValueError):
    """A value that is no tensor of the wanted type."""


@dataclass(frozen=True)
class Spec:
    """A signature's input: its name and TensorFlow's name of its type."""

    name: str
    dtype: str


def is_base64(value: object) -> bool:
    """Whether a value is ``{"b64": "..."}``, which stands for bytes."""
    return isinstance(value, dict) and list(value) == ["b64"] and isinstance(value["b64"], str)


def tensor(value: object, dtype: str) -> Tensor:
    """A scalar or nested lists of equal lengths as an array.

    Raises:
        TensorError: the lists are ragged, or an element is not of the type.
    """
    shape: list[int] = []
    level = value
    while isinstance(level, list):
        shape.append(len(level))
        level = level[0] if level else None
    elements: list[Any] = []
    _fill(elements, value, 0, shape, dtype)
    target = _FLOATS.get(dtype) or _INTEGERS.get(dtype) or (np.bool_ if dtype == "bool" else np.object_)
    return np.array(elements, dtype=target).reshape(shape)


def _fill(elements: list[Any], value: object, level: int, shape: Sequence[int], dtype: str) -> None:
    if not isinstance(value, list):
        if level != len(shape):
            raise TensorError(
                f"JSON Value: {shown(value)} found at incorrect level: {level + 1} in the JSON DOM. "
                f"Expected at level: {len(shape)}"
            )
        elements.append(_element(value, dtype))
        return
    if level >= len(shape):
        raise TensorError(f"Encountered list at unexpected level: {level} expected < {len(shape)}")
    if len(value) != shape[level]:
        raise TensorError(
            f"Encountered list at unexpected size: {len(value)} at level: {level} "
            f"expected size: {shape[level]}"
        )
    for item in value:
        _fill(elements, item, level + 1, shape, dtype)


def _element(value: object, dtype: str) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if dtype in _FLOATS and number:
        return _lossless(value, dtype)
    if dtype in _INTEGERS and number and isinstance(value, int):
        limits = np.iinfo(_INTEGERS[dtype])
        if limits.min <= value <= limits.max:
            return value
    if dtype == "bool" and isinstance(value, bool):
        return value
    if dtype == "string":
        if isinstance(value, str):
            return value.encode()
        if isinstance(value, dict):
            return _bytes(value)
    if dtype not in (*_FLOATS, *_INTEGERS, "bool", "string"):
        raise TensorError(f"Conversion of JSON Value: {shown(value)} to type: {dtype}")
    raise TensorError(f"JSON Value: {shown(value)} Type: {_kind(value)} is not of expected type: {dtype}")


def _lossless(value: Any, dtype: str) -> Any:
    """A number that the type holds: integers up to its mantissa, others up to its largest."""
    limits = np.finfo(_FLOATS[dtype])
    if isinstance(value, int):
        fits = abs(value) < 2 ** (limits.nmant + 1)
    else:
        fits = not math.isfinite(value) or abs(value) <= float(limits.max)
    if not fits:
        raise TensorError(f"Cannot convert JSON value: {shown(value)} to {dtype} without loss of precision.")
    return value


def _bytes(value: dict[str, Any]) -> bytes:
    if not is_base64(value):
        raise TensorError(f"JSON Value: {shown(value)} not formatted correctly for base64 data")
    try:
        return base64.b64decode(value["b64"], validate=True)
    except binascii.Error as error:
        raise TensorError("Unable to base64 decode") from error


def shown(value: object) -> str:
    """A value as error messages show it."""
    return json.dumps(value, indent=4)


def _kind(value: object) -> str:
    match value:
        case None:
            return "Null"
        case bool():
            return str(value)
        case int() | float():
            return "Number"
        case str():
            return "String"
        case _:
            return "Object" if isinstance(value, dict) else "Array"
