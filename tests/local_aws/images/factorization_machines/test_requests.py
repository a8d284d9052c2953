"""Requests of every format, well-formed and not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from local_aws.images.factorization_machines.requests import JSON, JSON_LINES, RECORDIO, read_request
from local_aws.images.inference_server import RequestError
from recordio import Records, encode, encode_dense

DIM = 4
ROWS = np.array([[0, 1.5, 0, 2], [3, 0, 0, 0]], np.float32)
DENSE: list[dict[str, Any]] = [{"features": row} for row in ROWS.tolist()]
SPARSE: list[dict[str, Any]] = [
    {"data": {"features": {"keys": [1, 3], "shape": [DIM], "values": [1.5, 2]}}},
    {"data": {"features": {"keys": [0], "shape": [DIM], "values": [3]}}},
]
RECORDS = Records(np.array([0, 2, 3]), np.array([1, 3, 0]), np.array([1.5, 2, 3], np.float32), dim=DIM)


def instances(*items: Any) -> bytes:
    return json.dumps({"instances": items}).encode()


def lines(*items: Any) -> bytes:
    return "\n".join(map(json.dumps, items)).encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (instances(*DENSE), JSON),
        (instances(*DENSE), "application/json; charset=utf-8"),
        (instances(*SPARSE), JSON),
        (instances(DENSE[0], SPARSE[1]), JSON),
        (instances(*({"data": {"features": {"values": row}}} for row in ROWS.tolist())), JSON),
        (lines(*DENSE), JSON_LINES),
        (lines(*SPARSE) + b"\n\n", JSON_LINES),
        (encode(RECORDS), RECORDIO),
        (encode_dense(ROWS), RECORDIO),
    ],
)
def test_every_format_gives_the_same_rows(body: bytes, content_type: str) -> None:
    assert np.array_equal(read_request(body, content_type, DIM).toarray(), ROWS)


def sparse(**changed: Any) -> bytes:
    return instances({"data": {"features": {"keys": [1], "shape": [DIM], "values": [1], **changed}}})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not of the form"),
        (b"{}", "not of the form"),
        (b'{"instances": 3}', "not of the form"),
        (instances(), "no instance"),
        (instances(1), "Instance 0 has none of the forms"),
        (instances(DENSE[0], {"feature": [1]}), "Instance 1 has none of the forms"),
        (instances({"features": [1, 2]}), "Instance 0 has 2 features; the model has 4"),
        (instances({"features": [1, 2, "3", 4]}), "values are not all numbers"),
        (instances({"features": [1, 2, None, 4]}), "values are not all numbers"),
        (instances({"features": [1, 2, [3], 4]}), "values are not all numbers"),
        (instances(DENSE[0], {"features": [1, 2, 3, 10**400]}), "Instance 1: values are not all numbers"),
        (b'{"instances": [{"features": [1, 2, NaN, 4]}]}', "not a finite number"),
        (b'{"instances": [{"features": [1, 2, 1e39, 4]}]}', "not a finite number"),
        (sparse(keys=[4]), "key 4 is not in [0, 4)"),
        (sparse(keys=[-1]), "key -1 is not in [0, 4)"),
        (sparse(keys=[1.5]), "keys are not all whole numbers"),
        (sparse(keys=["1"]), "keys are not all whole numbers"),
        (sparse(keys=[1, 2]), "not lists of equal length"),
        (sparse(keys=[1, 1], values=[1, 1]), "has a key twice"),
        (sparse(keys=3), "not lists of equal length"),
        (sparse(shape=[5]), "shape is [5]; the model has 4 features"),
        (sparse(values="1"), "none of the forms"),
    ],
)
def test_a_malformed_request_is_refused_with_a_sentence(body: bytes, expected: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_request(body, JSON, DIM)
    assert caught.value.status == 400
    assert expected in str(caught.value)


def test_a_malformed_line_is_named() -> None:
    with pytest.raises(RequestError, match="Line 1 is not JSON"):
        read_request(lines(DENSE[0]) + b"\nnonsense", JSON_LINES, DIM)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"nonsense", "not recordIO-protobuf"),
        (encode(RECORDS)[:-4], "not recordIO-protobuf"),
        (encode(Records.of_rows(np.array([[9]]))), r"Key 9 is not in \[0, 4\)"),
        (encode(Records.of_rows(np.array([[1]]), dim=7)), "Rows have 7 features"),
    ],
)
def test_malformed_records_are_refused(body: bytes, expected: str) -> None:
    with pytest.raises(RequestError, match=expected):
        read_request(body, RECORDIO, DIM)


@pytest.mark.parametrize("content_type", ["", "text/csv", "application/xml"])
def test_another_content_type_is_not_supported(content_type: str) -> None:
    with pytest.raises(RequestError, match="application/json") as caught:
        read_request(b"1,2,3,4", content_type, DIM)
    assert caught.value.status == 415
