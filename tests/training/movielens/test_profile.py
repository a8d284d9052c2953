"""What the training ratings look like, for requests to be compared with."""

from __future__ import annotations

import numpy as np

from mlops.profile import Numbers, Profile
from training.movielens.profile import profile_of
from training.movielens.split import Split


def ratings() -> Split:
    """Three users with 4, 2 and 1 ratings to train on, of two items; one rating more is held out."""
    users = np.array([0, 0, 0, 0, 1, 1, 2, 2], np.uint32)
    items = np.array([0, 1, 0, 1, 0, 1, 0, 1], np.uint32)
    held_out = np.array([False] * 7 + [True])
    return Split(
        np.array([10, 20, 30]), np.array([7, 8]), users, items, np.zeros(8, np.uint8), held_out, "0" * 64
    )


def test_activity_is_counted_by_feature_over_the_training_rows() -> None:
    profile = profile_of(ratings())
    assert profile.rows == 7
    assert profile.activity == {"user": (4, 2, 1), "item": (4, 3)}


def test_each_row_has_the_activity_of_its_user_and_of_its_item() -> None:
    columns = profile_of(ratings()).columns
    seen = {"user activity": [4, 4, 4, 4, 2, 2, 1], "item activity": [4, 3, 4, 3, 4, 3, 4]}
    for name, values in seen.items():
        column = columns[name]
        assert isinstance(column, Numbers)
        assert sum(column.counts) == len(values)
        for value in set(values):
            place = int(np.searchsorted(column.cuts, value))
            assert column.counts[place] == values.count(value)
    assert Profile.model_validate_json(profile_of(ratings()).model_dump_json()) == profile_of(ratings())
