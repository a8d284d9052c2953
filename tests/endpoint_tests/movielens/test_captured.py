"""Captured requests for recommendations in the columns of the training's profile."""

from __future__ import annotations

import json

import polars as pl

from endpoint_tests.movielens.protocol import FactorizationMachine
from mlops.drift.captured import Captured
from mlops.drift.rows import read_rows
from mlops.profile import Categories, Numbers, Profile
from mlops.serving.client import Request

# Three users and two items, with how many ratings of each there are.
RATINGS = Profile(
    rows=60,
    columns={
        "features in a row": Categories(counts={"2": 60}),
        "user activity": Numbers.of(pl.Series([10, 20, 30])),
        "item activity": Numbers.of(pl.Series([25, 35])),
    },
    activity={"user": (10, 20, 30), "item": (25, 35)},
)


def request(body: object) -> Request:
    return Request(json.dumps(body).encode(), "application/json")


def sparse(*rows: list[int]) -> Request:
    return request(
        {
            "instances": [
                {"data": {"features": {"keys": keys, "shape": [5], "values": [1.0] * len(keys)}}}
                for keys in rows
            ]
        }
    )


def test_a_recommendation_is_compared_by_how_often_its_user_and_item_were_seen() -> None:
    read = read_rows([Captured(sparse([0, 4], [2, 3]), None)], FactorizationMachine(5), RATINGS)
    assert read.asked.columns.to_dict(as_series=False) == {
        "features in a row": ["2", "2"],
        "user activity": [10, 30],
        "item activity": [35, 25],
    }


def test_a_user_that_the_training_has_not_seen_is_missing() -> None:
    read = read_rows([Captured(sparse([3], [1]), None)], FactorizationMachine(5), RATINGS)
    assert read.asked.columns.to_dict(as_series=False) == {
        "features in a row": ["1", "1"],
        "user activity": [None, 20],
        "item activity": [25, None],
    }


def test_rows_of_one_user_belong_together_over_requests_and_those_of_nobody_to_their_request() -> None:
    captured = [
        Captured(sparse([0, 3], [0, 4], [1, 3]), None),
        Captured(sparse([0, 4], [3], [4]), None),
        Captured(sparse([3]), None),
    ]
    clusters = read_rows(captured, FactorizationMachine(5), RATINGS).asked.clusters.tolist()
    first, second, third = clusters[:3], clusters[3:6], clusters[6:]
    assert first[0] == first[1] == second[0]
    assert second[1] == second[2]
    assert len({first[0], first[2], second[1], third[0]}) == 4


def test_the_dense_form_is_the_same() -> None:
    dense = request({"instances": [{"features": [1.0, 0, 0, 0, 1.0]}]})
    read = read_rows([Captured(dense, None)], FactorizationMachine(5), RATINGS)
    assert read.asked.columns.row(0) == ("2", 10, 35)
