"""A model's answers as columns that later answers are compared with."""

from __future__ import annotations

import numpy as np

from mlops.gate.score_columns import score_columns


def test_of_two_classes_there_is_one_score() -> None:
    found = score_columns(np.array([0.25, 0.75]), ("not liked", "liked"))
    assert found.to_dict(as_series=False) == {"score of liked": [0.25, 0.75]}


def test_of_more_there_is_a_score_of_each_and_the_likeliest() -> None:
    found = score_columns(np.array([[0.7, 0.2, 0.1], [0.0, 0.4, 0.6]]), ("a", "b", "c"))
    assert found.to_dict(as_series=False) == {
        "score of a": [0.7, 0.0],
        "score of b": [0.2, 0.4],
        "score of c": [0.1, 0.6],
        "class": ["a", "c"],
    }
