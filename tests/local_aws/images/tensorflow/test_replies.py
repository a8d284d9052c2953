"""Predictions by row and outputs by column."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from local_aws.images.inference_server import RequestError
from local_aws.images.tensorflow.replies import reply

SCORES = np.array([[0.1, 0.2], [0.3, 1.0]], np.float32)
WORDS = np.array([b"a", b"b"], dtype=object)


def read(outputs: dict[str, Any], by_row: bool) -> Any:
    return json.loads(reply(outputs, by_row=by_row))


def test_one_output_stands_without_its_name() -> None:
    expected = [[0.1, 0.2], [0.3, 1.0]]
    assert read({"scores": SCORES}, by_row=True) == {"predictions": expected}
    assert read({"scores": SCORES}, by_row=False) == {"outputs": expected}


def test_several_outputs_are_named() -> None:
    outputs = {"scores": SCORES, "word": WORDS}
    assert read(outputs, by_row=True) == {
        "predictions": [{"scores": [0.1, 0.2], "word": "a"}, {"scores": [0.3, 1.0], "word": "b"}]
    }
    assert read(outputs, by_row=False) == {
        "outputs": {"scores": [[0.1, 0.2], [0.3, 1.0]], "word": ["a", "b"]}
    }


def test_bytes_are_base64_where_the_outputs_name_says_so() -> None:
    assert read({"image_bytes": WORDS}, by_row=True) == {"predictions": [{"b64": "YQ=="}, {"b64": "Yg=="}]}


@pytest.mark.parametrize(
    "value", [np.array([1, 2]), np.array([True, False]), np.array([0.1, 0.2]), np.array([0.5], np.float16)]
)
def test_types(value: Any) -> None:
    assert read({"y": value}, by_row=True) == {"predictions": value.tolist()}


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ({"y": np.float32(1)}, "Tensor name: y has no shape information"),
        ({"x": SCORES, "y": WORDS[:1]}, "Tensor name: y has inconsistent batch size: 1 expecting: 2"),
    ],
    ids=["a scalar", "unequal rows"],
)
def test_outputs_that_have_no_rows_are_refused_by_row(outputs: dict[str, Any], expected: str) -> None:
    with pytest.raises(RequestError, match=expected):
        reply(outputs, by_row=True)
    assert reply(outputs, by_row=False)
