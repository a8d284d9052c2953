"""Which ratings are held out, the numbers of features, and what makes a set of ratings unusable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.spec import InvalidInputError
from training.movielens import split as module
from training.movielens.ratings import Ratings
from training.movielens.split import split


def given_ratings(users: list[int], items: list[int], ratings: list[float]) -> Ratings:
    return Ratings(
        np.array(users, np.uint32),
        np.array(items, np.uint32),
        np.array(ratings, np.float32),
        "",
        (("u.data", 0),),
    )


def of_users(lengths: dict[int, int], order: np.random.Generator | None = None) -> Ratings:
    """So many ratings of each user, of different items, liked and disliked in turn."""
    rows = [(user, 100 + item, 4 - item % 2) for user, length in lengths.items() for item in range(length)]
    if order is not None:
        order.shuffle(rows)
    users, items, ratings = zip(*rows, strict=True)
    return given_ratings(list(users), list(items), list(ratings))


@given(
    st.dictionaries(st.integers(0, 2**31), st.integers(11, 30), min_size=1, max_size=8),
    st.integers(0, 2**32 - 1),
    st.integers(1, 50),
)
def test_each_users_first_ten_ratings_are_held_out(lengths: dict[int, int], seed: int, chunk: int) -> None:
    ratings = of_users(lengths, np.random.default_rng(seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", chunk)
        found = split(ratings)
    seen = dict.fromkeys(lengths, 0)
    for user, held_out in zip(ratings.users.tolist(), found.held_out.tolist(), strict=True):
        assert held_out == (seen[user] < 10)
        seen[user] += 1


@given(st.dictionaries(st.integers(0, 2**31), st.integers(11, 15), min_size=1, max_size=8))
def test_features_are_the_users_then_the_items_in_the_order_of_their_ids(lengths: dict[int, int]) -> None:
    ratings = of_users(lengths)
    found = split(ratings)
    names = [*sorted(lengths), *range(100, 100 + max(lengths.values()))]
    assert found.feature_dim == len(names)
    keys = found.keys(np.arange(len(ratings)))
    assert [names[key] for key in keys[:, 0]] == ratings.users.tolist()
    assert [names[key] for key in keys[:, 1]] == ratings.items.tolist()


def test_a_rating_of_at_least_four_is_a_like() -> None:
    ratings = given_ratings([1] * 11, list(range(11)), [0, 1, 2, 3, 3.5, 4, 4.5, 5, 3.99, 4.01, 1])
    assert split(ratings).labels.tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0]


def problems(ratings: Ratings) -> list[str]:
    with pytest.raises(InvalidInputError) as told:
        split(ratings)
    return [str(problem) for problem in told.value.problems]


def test_a_user_with_too_few_ratings_is_told() -> None:
    told = problems(of_users({5: 12, 8: 10, 9: 3}))
    allowed = "allowed: at least 11 ratings: 10 to hold out and one to train on"
    assert told == [
        f"ratings: user {user}: given {count} ratings; {allowed}. Remove the user or add ratings."
        for user, count in ((8, 10), (9, 3))
    ]


def test_an_item_rated_twice_by_a_user_is_told_with_both_rows() -> None:
    ratings = of_users({5: 12, 6: 12})
    ratings.items[14] = ratings.items[20]
    assert problems(ratings) == [
        "u.data: row 21: given user 6 rates item 108 as in row 15; allowed: one rating of an item by a user. "
        "Remove all but one."
    ]


def test_ratings_that_are_all_liked_are_told() -> None:
    (told,) = problems(given_ratings([1] * 11, list(range(11)), [5] * 11))
    assert "given all at least 4; allowed: some ratings of at least 4 and some under it" in told


def test_everything_wrong_with_the_ratings_is_told_at_once() -> None:
    told = problems(given_ratings([1, 1, 2], [3, 3, 3], [5, 5, 5]))
    assert len(told) == 4


def test_of_very_many_faults_the_first_are_told_and_the_rest_counted() -> None:
    told = problems(of_users(dict.fromkeys(range(100), 2)))
    assert len(told) == 21
    assert "80 more users like these" in told[-1]
