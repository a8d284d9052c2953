"""The limits that the iris gate's file sets, and the flowers that it knows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from endpoint_tests.iris.protocol import protocol_of
from mlops.gate.gate_file import load_gate_file
from mlops.gate.known import rows_of
from mlops.gate.metrics import accuracy
from mlops.spec import load_release

GATE = Path(__file__).parents[3] / "endpoint_tests" / "iris" / "gate.toml"

RELEASE = Path(__file__).parents[2] / "fixtures" / "iris-release.json"


def test_the_known_flowers_are_one_of_each_species() -> None:
    gate = load_gate_file(GATE)
    assert sorted(known.label for known in gate.known) == [0, 1, 2]


def test_the_known_flowers_can_be_asked_for() -> None:
    release = load_release(RELEASE)
    known = load_gate_file(GATE).known
    request = protocol_of(release).encode(rows_of(known))
    assert json.loads(request.body)["instances"][0] == [5.1, 3.5, 1.4, 0.2]


@pytest.mark.parametrize(("right", "passes"), [(30, True), (28, True), (27, False), (10, False)])
def test_the_threshold_asks_for_28_of_30(right: int, passes: bool) -> None:
    gate = load_gate_file(GATE)
    labels = np.arange(30) % 3
    answered = np.eye(3)[np.where(np.arange(30) < right, labels, (labels + 1) % 3)]
    interval = accuracy(labels, answered).interval(gate.evaluation.confidence)
    assert interval.value == pytest.approx(right / 30)
    assert (interval.low >= gate.thresholds.given["accuracy"].limit) is passes
