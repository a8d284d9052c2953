"""Captured requests and answers in the columns of the training's profile."""

from __future__ import annotations

import json

import polars as pl
import pytest

from endpoint_tests.movielens.protocol import FactorizationMachine
from mlops.drift.captured import Captured
from mlops.drift.rows import read_rows
from mlops.profile import Categories, Numbers, Profile
from mlops.serving.client import Request
from mlops.serving.numeric_rows import NumericRows

TABLE = Profile.of(pl.DataFrame({"width": [1.0, 2.0], "height": [3.0, 4.0]}))
NUMERIC = NumericRows(2, ("no", "yes"))
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


def request(body: object, content_type: str = "application/json") -> Request:
    return Request(body if isinstance(body, bytes) else json.dumps(body).encode(), content_type)


def sparse(*rows: list[int]) -> Request:
    return request(
        {
            "instances": [
                {"data": {"features": {"keys": keys, "shape": [5], "values": [1.0] * len(keys)}}}
                for keys in rows
            ]
        }
    )


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
