"""What the iris gate sends, what it takes for an answer, and the limits that its file sets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from endpoint_tests.client import EndpointError
from endpoint_tests.gate_file import load_gate_file
from endpoint_tests.iris.protocol import IrisNetwork
from endpoint_tests.known import rows_of
from endpoint_tests.metrics import accuracy

GATE = Path(__file__).parents[3] / "endpoint_tests" / "iris" / "gate.toml"
NETWORK = IrisNetwork()
ROWS = pl.DataFrame({"features": [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]})


def test_rows_become_instances() -> None:
    assert json.loads(NETWORK.encode(ROWS).body) == {"instances": ROWS["features"].to_list()}


def test_probabilities_come_back_a_row_for_each_flower() -> None:
    reply = b'{"predictions": [[0.9, 0.1, 0.0], [0.0, 0.25, 0.75]]}'
    assert NETWORK.decode(reply, 2).tolist() == [[0.9, 0.1, 0.0], [0.0, 0.25, 0.75]]


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
        NETWORK.decode(reply, 2)


def test_the_held_out_rows_features_are_checked() -> None:
    assert NETWORK.problems(ROWS) == []
    for wrong in ([[1.0, 2.0]], [[1.0, 2.0, 3.0, None]], [[1.0, 2.0, 3.0, float("inf")]], [["a"] * 4]):
        (problem,) = NETWORK.problems(pl.DataFrame({"features": wrong}))
        assert problem.field == "features"
    assert NETWORK.problems(pl.DataFrame({"label": [1]}))[0].given == "no such column"


def test_every_kind_of_malformed_request_that_the_gate_sends_is_made() -> None:
    gate = load_gate_file(GATE)
    made = NETWORK.malformed(ROWS)
    assert set(gate.malformed.kinds) == set(made) == set(NETWORK.malformed_kinds)


def test_the_known_flowers_are_one_of_each_species_and_well_formed() -> None:
    gate = load_gate_file(GATE)
    assert sorted(known.label for known in gate.known) == [0, 1, 2]
    assert NETWORK.problems(rows_of(gate.known)) == []


@pytest.mark.parametrize(("right", "passes"), [(30, True), (28, True), (27, False), (10, False)])
def test_the_threshold_asks_for_28_of_30(right: int, passes: bool) -> None:
    gate = load_gate_file(GATE)
    labels = np.arange(30) % 3
    answered = np.eye(3)[np.where(np.arange(30) < right, labels, (labels + 1) % 3)]
    interval = accuracy(labels, answered).interval(gate.evaluation.confidence)
    assert interval.value == pytest.approx(right / 30)
    assert (interval.low >= gate.thresholds.given["accuracy"].limit) is passes
