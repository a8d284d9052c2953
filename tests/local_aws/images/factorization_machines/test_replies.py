"""Replies of every format."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from local_aws.images.factorization_machines.replies import reply
from local_aws.images.inference_server import RequestError

SCORES = np.array([0.25, 0.75], np.float32)


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/csv, application/json;q=0.5"])
def test_json_is_the_default(accept: str) -> None:
    answer = reply(SCORES, classifier=True, accept=accept)
    assert answer.content_type == "application/json"
    assert json.loads(answer.body) == {
        "predictions": [{"score": 0.25, "predicted_label": 0}, {"score": 0.75, "predicted_label": 1}]
    }


def test_a_regressor_replies_scores_alone() -> None:
    answer = reply(SCORES, classifier=False, accept="application/json")
    assert json.loads(answer.body) == {"predictions": [{"score": 0.25}, {"score": 0.75}]}


def test_json_lines_have_a_row_each() -> None:
    answer = reply(SCORES, classifier=True, accept="application/jsonlines")
    assert [json.loads(line) for line in answer.body.splitlines()] == [
        {"score": 0.25, "predicted_label": 0},
        {"score": 0.75, "predicted_label": 1},
    ]


def entry(name: bytes, value: float) -> bytes:
    """An entry of a Record's map of labels, written by protobuf's rules field by field."""
    tensor = b"\x0a\x04" + struct.pack("<f", value)
    wrapped = b"\x12" + bytes([len(tensor)]) + tensor
    content = b"\x0a" + bytes([len(name)]) + name + b"\x12" + bytes([len(wrapped)]) + wrapped
    return b"\x12" + bytes([len(content)]) + content


@pytest.mark.parametrize("classifier", [True, False])
def test_recordio_has_a_record_each(classifier: bool) -> None:
    expected = b""
    for score in SCORES.tolist():
        payload = entry(b"score", score)
        if classifier:
            payload += entry(b"predicted_label", float(score > 0.5))
        framed = struct.pack("<II", 0xCED7230A, len(payload)) + payload
        expected += framed + bytes(-len(framed) % 4)
    answer = reply(SCORES, classifier=classifier, accept="application/x-recordio-protobuf")
    assert answer.body == expected
    assert answer.content_type == "application/x-recordio-protobuf"


def test_another_format_is_not_offered() -> None:
    with pytest.raises(RequestError, match="application/jsonlines") as caught:
        reply(SCORES, classifier=True, accept="text/csv")
    assert caught.value.status == 406
