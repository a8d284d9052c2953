"""Captured requests and answers in the columns of the training's profile."""

from __future__ import annotations

import json

import polars as pl
import pytest

from mlops.drift.captured import Captured
from mlops.drift.rows import read_rows
from mlops.profile import Profile
from mlops.serving.client import Request
from mlops.serving.numeric_rows import NumericRows

TABLE = Profile.of(pl.DataFrame({"width": [1.0, 2.0], "height": [3.0, 4.0]}))
NUMERIC = NumericRows(2, ("no", "yes"))


def request(body: object, content_type: str = "application/json") -> Request:
    return Request(body if isinstance(body, bytes) else json.dumps(body).encode(), content_type)


@pytest.mark.parametrize(
    "given",
    [request({"instances": [[1.5, 3.5], [2.5, 4.5]]}), request(b"1.5,3.5\n2.5,4.5\n", "text/csv")],
    ids=["JSON", "CSV"],
)
def test_numbers_are_named_as_the_training_names_them(given: Request) -> None:
    reply = json.dumps({"predictions": [[0.25, 0.75], [0.5, 0.5]]}).encode()
    read = read_rows([Captured(given, reply)], NUMERIC, TABLE)
    assert read.asked.columns.to_dict(as_series=False) == {"width": [1.5, 2.5], "height": [3.5, 4.5]}
    assert read.answered.columns.to_dict(as_series=False) == {"score of yes": [0.75, 0.5]}
    assert (read.unreadable, read.asked.groups) == (0, 1)


def test_what_cannot_be_read_is_counted_and_does_not_stop_the_rest() -> None:
    good = request({"instances": [[1, 2]]})
    bad = [request(b"\x00\xff"), request({"rows": 1}), request({"instances": [[1, 2, 3]]})]
    captured = [*(Captured(each, b"{}") for each in bad), Captured(good, b"no answer"), Captured(good, None)]
    read = read_rows(captured, NUMERIC, TABLE)
    assert (read.unreadable, read.asked.columns.height, read.asked.groups) == (3, 2, 2)
    assert read.answered.columns.height == 0
