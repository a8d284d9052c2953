"""What a gate of rows of numbers sends, and what it takes for an answer."""

from __future__ import annotations

import json

import polars as pl
import pytest

from mlops.serving.client import EndpointError
from mlops.serving.numeric_rows import NumericRows

PROTOCOL = NumericRows(4, ("setosa", "versicolor", "virginica"))
ROWS = pl.DataFrame({"features": [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]})


def test_rows_become_instances() -> None:
    assert json.loads(PROTOCOL.encode(ROWS).body) == {"instances": ROWS["features"].to_list()}


def test_probabilities_come_back_a_row_for_each_instance() -> None:
    reply = b'{"predictions": [[0.9, 0.1, 0.0], [0.0, 0.25, 0.75]]}'
    assert PROTOCOL.decode(reply, 2).tolist() == [[0.9, 0.1, 0.0], [0.0, 0.25, 0.75]]


@pytest.mark.parametrize(
    "reply",
    [
        b"[]",
        b"setosa",
        b'{"error": "x"}',
        b'{"predictions": [[0.9, 0.1, 0.0]]}',
        b'{"predictions": [[0.9, 0.1], [0.5, 0.5]]}',
        b'{"predictions": [[0.9, 0.1, 0.0], [0.5, 0.5]]}',
        b'{"predictions": [[0.9, 0.9, 0.0], [0, 0, 1]]}',
        b'{"predictions": [[2, -1, 0.0], [0, 0, 1]]}',
        b'{"predictions": [[NaN, 0, 1], [0, 0, 1]]}',
    ],
)
def test_anything_else_is_no_answer(reply: bytes) -> None:
    with pytest.raises(EndpointError):
        PROTOCOL.decode(reply, 2)


def test_the_held_out_rows_features_are_checked() -> None:
    assert PROTOCOL.problems(ROWS) == []
    for wrong in ([[1.0, 2.0]], [[1.0, 2.0, 3.0, None]], [[1.0, 2.0, 3.0, float("inf")]], [["a"] * 4]):
        (problem,) = PROTOCOL.problems(pl.DataFrame({"features": wrong}))
        assert problem.field == "features"
    assert PROTOCOL.problems(pl.DataFrame({"label": [1]}))[0].given == "no such column"


def test_of_two_classes_the_second_ones_probability_is_the_score() -> None:
    reply = b'{"predictions": [[0.9, 0.1], [0.25, 0.75]]}'
    assert NumericRows(4, ("no", "yes")).decode(reply, 2).tolist() == [0.1, 0.75]


def test_every_kind_of_malformed_request_is_made() -> None:
    assert set(PROTOCOL.malformed(ROWS)) == set(PROTOCOL.malformed_kinds)
