"""Bodies as AWS's TensorFlow container passes them on to TensorFlow Serving."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.images.inference_server import RequestError
from local_aws.images.tensorflow.bodies import reply_type, serving_json

JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "content_type", "instances"),
    [
        ("[1, 2]", JSON, [[1, 2]]),
        ("[[1, 2], [3, 4]]", JSON, [[1, 2], [3, 4]]),
        ('{"x": 1}', JSON, [{"x": 1}]),
        ("[1, 2]\n\n[3, 4]\n", "application/jsonlines", [[1, 2], [3, 4]]),
        ('{"x": 1}\n{"x": 2}', "application/jsons", [{"x": 1}, {"x": 2}]),
        ("1,2\r\n3,4\n", "text/csv", [[1, 2], [3, 4]]),
        ("1\n2", "text/csv", [1, 2]),
        ('"a","b"', "text/csv", [["a", "b"]]),
        ("word,other", "text/csv", [["word", "other"]]),
        ("word\nother", "text/csv", ["word", "other"]),
    ],
    ids=[
        "one row",
        "rows",
        "an object",
        "JSON lines",
        "objects in a row",
        "CSV of numbers",
        "CSV of one column",
        "CSV of quoted words",
        "CSV of words",
        "CSV of one column of words",
    ],
)
def test_other_forms_become_instances(body: str, content_type: str, instances: list[Any]) -> None:
    assert json.loads(serving_json(body.encode(), content_type)) == {"instances": instances}


@pytest.mark.parametrize("key", ["instances", "inputs", "examples"])
def test_tensorflow_servings_own_form_is_passed_on_as_it_is(key: str) -> None:
    body = f'{{"signature_name": "x", "{key}" : [1]}}'
    assert serving_json(body.encode(), JSON) == body


@pytest.mark.parametrize("given", ["text/plain", "application/json; charset=utf-8", ""])
def test_another_content_type_is_refused(given: str) -> None:
    with pytest.raises(RequestError) as refused:
        serving_json(b"[1]", given)
    assert refused.value.status == 415
    assert json.loads(str(refused.value)) == {"error": f"Unsupported Media Type: {given or 'Unknown'}"}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [("*/*", JSON), (JSON, JSON), ("application/jsonlines, text/csv", "application/jsonlines")],
)
def test_the_reply_has_the_accepted_type(accept: str, expected: str) -> None:
    assert reply_type(accept) == expected
