"""Replies of TensorFlow Serving's predict method.

https://www.tensorflow.org/tfx/serving/api_rest#response_format_4
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

from local_aws.images.tensorflow.bodies import error
from local_aws.images.tensorflow.tensors import Tensor

_BYTES_SUFFIX = "_bytes"


def reply(outputs: dict[str, Tensor], *, by_row: bool) -> bytes:
    """``predictions``, one a row, or ``outputs``, one a tensor; named where a signature has several.

    Raises:
        RequestError: 400 where rows are asked for and the outputs have none, or not equally many.
    """
    if by_row:
        return json.dumps({"predictions": _rows(outputs)}).encode()
    columns = {name: _values(name, value) for name, value in outputs.items()}
    return json.dumps({"outputs": columns if len(columns) > 1 else next(iter(columns.values()))}).encode()


def _rows(outputs: dict[str, Tensor]) -> list[Any]:
    expected = -1
    for name, value in outputs.items():
        if value.ndim == 0:
            raise error(400, f"Tensor name: {name} has no shape information ")
        if expected not in (-1, len(value)):
            raise error(
                400,
                f"Tensor name: {name} has inconsistent batch size: {len(value)} expecting: {expected}",
            )
        expected = len(value)
    columns = {name: _values(name, value) for name, value in outputs.items()}
    if len(columns) == 1:
        return list(next(iter(columns.values())))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(name: str, value: Tensor) -> Any:
    if value.dtype.kind in "OSU":
        shown = [_text(item, name.endswith(_BYTES_SUFFIX)) for item in value.ravel().tolist()]
        return np.array(shown, dtype=object).reshape(value.shape).tolist()
    if value.dtype.kind in "biu" or value.dtype == np.float64:
        return value.tolist()
    # The shortest decimal that means the same 32-bit number, as TensorFlow Serving writes it.
    return value.astype(np.float32).astype(str).astype(np.float64).tolist()


def _text(item: bytes, as_bytes: bool) -> Any:
    return {"b64": base64.b64encode(item).decode()} if as_bytes else item.decode("utf-8", errors="replace")
