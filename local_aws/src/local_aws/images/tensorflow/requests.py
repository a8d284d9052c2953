"""Predict requests of TensorFlow Serving: rows under ``instances``, columns under ``inputs``.

https://www.tensorflow.org/tfx/serving/api_rest#predict_api
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from local_aws.images.tensorflow.bodies import error
from local_aws.images.tensorflow.tensors import Spec, Tensor, TensorError, is_base64, shown, tensor

DEFAULT_SIGNATURE = "serving_default"

Inputs = Callable[[str], Sequence[Spec]]


@dataclass(frozen=True)
class PredictRequest:
    """A request's tensors by the names of the signature's inputs, and the form of its reply."""

    signature: str
    tensors: dict[str, Tensor]
    by_row: bool


def read_request(text: str, inputs: Inputs) -> PredictRequest:
    """Read a JSON document.

    Args:
        inputs: gives a signature's inputs by its name.

    Raises:
        RequestError: 400 with TensorFlow Serving's words.
    """
    document = _parse(text)
    signature = document.get("signature_name", DEFAULT_SIGNATURE)
    if not isinstance(signature, str):
        raise error(
            400,
            f"JSON Value: {shown(document)} not formatted correctly. 'signature_name' key must be a string "
            "value.",
        )
    specs = inputs(signature or DEFAULT_SIGNATURE)
    if "instances" not in document and "inputs" not in document:
        raise error(400, "Missing 'inputs' or 'instances' key")
    if "instances" in document and "inputs" in document:
        raise error(
            400,
            f"JSON Value: {shown(document)} Not formatted correctly expecting only one of 'inputs' or "
            "'instances' keys to exist ",
        )
    by_row = "instances" in document
    try:
        tensors = _rows(document, specs) if by_row else _columns(document["inputs"], specs)
    except TensorError as refused:
        raise error(400, str(refused)) from refused
    return PredictRequest(signature or DEFAULT_SIGNATURE, tensors, by_row)


def _parse(text: str) -> dict[str, Any]:
    if not text:
        raise error(400, "JSON Parse error: The document is empty")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as refused:
        raise error(400, f"JSON Parse error: {refused.msg} at offset: {refused.pos}") from refused
    except (RecursionError, ValueError) as refused:  # nested too deeply, or a number of too many digits
        raise error(400, f"JSON Parse error: {refused}") from refused
    if not isinstance(document, dict):
        raise error(400, f"JSON Value: {shown(document)} Is not object")
    return document


def _rows(document: dict[str, Any], specs: Sequence[Spec]) -> dict[str, Tensor]:
    instances = document["instances"]
    if not isinstance(instances, list):
        raise TensorError(f"JSON Value: {shown(document)} Excepting 'instances' to be an list/array")
    if not instances:
        raise TensorError(f"JSON Value: {shown(document)} No values in 'instances' array")
    named = _is_named(instances[0])
    if not named and len(specs) > 1:
        raise TensorError(
            "instances is a plain list, but expecting list of objects as multiple input tensors required "
            "as per tensorinfo_map"
        )
    columns: dict[str, list[Tensor]] = {spec.name: [] for spec in specs}
    for number, item in enumerate(instances):
        if _is_named(item) != named:
            expected, got = ("object", "list") if named else ("value/list", "object")
            raise TensorError(f"Expecting {expected} but got {got} at item {number} of input list")
        row = item if named else {specs[0].name: item}
        _add_row(columns, row, number, specs, named)
    return {name: np.stack(rows) for name, rows in columns.items()}


def _add_row(
    columns: dict[str, list[Tensor]], row: dict[str, Any], number: int, specs: Sequence[Spec], named: bool
) -> None:
    types = {spec.name: spec.dtype for spec in specs}
    for name, value in row.items():
        where = f"element: {number} key: {name} of" if named else f"element: {number} of"
        try:
            if name not in types:
                raise TensorError(f"JSON object: does not have named input: {name}")
            columns[name].append(_same_shape(tensor(value, types[name]), columns[name]))
        except TensorError as refused:
            raise TensorError(
                f"Failed to process {where} 'instances' list. Error: INVALID_ARGUMENT: {refused}"
            ) from refused
    if row.keys() != types.keys():
        raise TensorError(
            f"Failed to process element: {number} of 'instances' list. JSON object: {shown(row)} keys must "
            f"be equal to: {','.join(sorted(types))}"
        )


def _same_shape(value: Tensor, others: list[Tensor]) -> Tensor:
    if others and value.size != others[0].size:
        raise TensorError(f"Expecting tensor size: {others[0].size} but got: {value.size}")
    if others and value.shape != others[0].shape:
        raise TensorError(f"Expecting shape {_listed(others[0])} but got: {_listed(value)}")
    return value


def _listed(value: Tensor) -> str:
    return f"[{','.join(str(size) for size in value.shape)}]"


def _columns(value: Any, specs: Sequence[Spec]) -> dict[str, Tensor]:
    if _is_named(value):
        missing = next((spec.name for spec in specs if spec.name not in value), None)
        if missing is not None:
            raise TensorError(f"Missing named input: {missing} in 'inputs' object.")
        return {spec.name: tensor(value[spec.name], spec.dtype) for spec in specs}
    if len(specs) > 1:
        raise TensorError(
            "inputs is a plain value/list, but expecting an object as multiple input tensors required as "
            "per tensorinfo_map"
        )
    return {specs[0].name: tensor(value, specs[0].dtype)}


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and not is_base64(value)
