"""Predict requests by row and by column, well-formed and not."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from local_aws.images.inference_server import RequestError
from local_aws.images.tensorflow.requests import PredictRequest, read_request
from local_aws.images.tensorflow.tensors import Spec

ONE = [Spec("x", "float")]
TWO = [Spec("x", "float"), Spec("word", "string")]


def read(specs: Sequence[Spec] = ONE, **document: Any) -> PredictRequest:
    return read_request(json.dumps(document), lambda _: specs)


def refusal(text: str, specs: Sequence[Spec] = ONE) -> str:
    with pytest.raises(RequestError) as refused:
        read_request(text, lambda _: specs)
    assert refused.value.status == 400
    return str(json.loads(str(refused.value))["error"])


@pytest.mark.parametrize(
    "document",
    [
        {"instances": [[1, 2.5], [3, 4]]},
        {"instances": [{"x": [1, 2.5]}, {"x": [3, 4]}]},
        {"inputs": [[1, 2.5], [3, 4]]},
        {"inputs": {"x": [[1, 2.5], [3, 4]]}},
    ],
    ids=["rows", "named rows", "a column", "a named column"],
)
def test_every_form_means_the_same_tensor(document: dict[str, Any]) -> None:
    request = read(**document)
    np.testing.assert_array_equal(request.tensors["x"], np.array([[1, 2.5], [3, 4]], np.float32))
    assert request.tensors["x"].dtype == np.float32
    assert request.by_row == ("instances" in document)
    assert request.signature == "serving_default"


def test_several_inputs_are_named() -> None:
    rows = read(TWO, instances=[{"x": 1, "word": "a"}, {"x": 2, "word": {"b64": "/w=="}}])
    columns = read(TWO, inputs={"x": [1, 2], "word": ["a", {"b64": "/w=="}]})
    for request in (rows, columns):
        assert request.tensors["x"].tolist() == [1, 2]
        assert request.tensors["word"].tolist() == [b"a", b"\xff"]


def test_a_signature_is_asked_for_by_its_name() -> None:
    asked: list[str] = []

    def inputs(name: str) -> Sequence[Spec]:
        asked.append(name)
        return ONE

    request = read_request('{"signature_name": "other", "instances": [1]}', inputs)
    assert [request.signature] == asked == ["other"]


def test_bytes_alone_are_one_value() -> None:
    assert read([Spec("word", "string")], inputs={"b64": "YQ=="}).tensors["word"].tolist() == b"a"


@pytest.mark.parametrize(
    ("dtype", "value"),
    [("int32", 7), ("int64", -7), ("uint8", 255), ("bool", True), ("double", 0.1), ("string", "é")],
)
def test_types(dtype: str, value: Any) -> None:
    expected = value.encode() if dtype == "string" else value
    assert read([Spec("x", dtype)], instances=[value]).tensors["x"].tolist() == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "The document is empty"),
        ("{", "JSON Parse error: .* at offset: 1"),
        ("[" * 100_000, "JSON Parse error"),
        ("[1]", "Is not object"),
        ("{}", "Missing 'inputs' or 'instances' key"),
        ('{"instances": [1], "inputs": [1]}', "expecting only one of 'inputs' or 'instances'"),
        ('{"instances": 1}', "Excepting 'instances' to be an list/array"),
        ('{"instances": []}', "No values in 'instances' array"),
        ('{"instances": [1], "signature_name": 1}', "'signature_name' key must be a string value"),
        ('{"instances": [[1], [1, 2]]}', "element: 1 of 'instances' list.*tensor size: 1 but got: 2"),
        ('{"instances": [[[1, 2]], [[1], [2]]]}', r"shape \[1,2\] but got: \[2,1\]"),
        ('{"instances": [[[1], 2]]}', "found at incorrect level: 2"),
        ('{"instances": [[1, [2]]]}', "list at unexpected level: 1 expected < 1"),
        ('{"instances": [[[1], [2, 3]]]}', "unexpected size: 2 at level: 1 expected size: 1"),
        ('{"instances": ["a"]}', '"a" Type: String is not of expected type: float'),
        ('{"instances": [true]}', "Type: True is not of expected type: float"),
        ('{"instances": [null]}', "Type: Null is not of expected type: float"),
        ('{"instances": [16777217]}', "16777217 to float without loss of precision"),
        ('{"instances": [1e300]}', "without loss of precision"),
        ('{"instances": [{"y": 1}]}', "key: y of 'instances' list.*does not have named input: y"),
        ('{"instances": [{}]}', "keys must be equal to: x"),
        ('{"instances": [{"x": 1}, 1]}', "Expecting object but got list at item 1"),
        ('{"instances": [1, {"x": 1}]}', "Expecting value/list but got object at item 1"),
        ('{"inputs": {"y": 1}}', "Missing named input: x in 'inputs' object"),
    ],
)
def test_a_malformed_request_is_refused_with_the_reason(text: str, expected: str) -> None:
    assert re.search(expected, refusal(text), re.DOTALL)


@pytest.mark.parametrize("key", ["instances", "inputs"])
def test_several_inputs_without_names_are_refused(key: str) -> None:
    assert "multiple input tensors required" in refusal(json.dumps({key: [[1, 2]]}), TWO)


@pytest.mark.parametrize(
    ("dtype", "value"), [("int32", 1.5), ("int32", 2**31), ("uint8", -1), ("bool", 1), ("string", 1)]
)
def test_a_value_of_another_type_is_refused(dtype: str, value: Any) -> None:
    said = refusal(json.dumps({"instances": [value]}), [Spec("x", dtype)])
    assert f"is not of expected type: {dtype}" in said


def test_bytes_that_are_not_base64_are_refused() -> None:
    assert "base64" in refusal('{"inputs": [{"b64": "?"}]}', [Spec("x", "string")])
