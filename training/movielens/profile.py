"""What the ratings that a recommender is trained on look like, for requests to be compared with."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mlops.profile import Categories, Numbers, Profile
from training.movielens.split import Split


def profile_of(data: Split) -> Profile:
    """How active the users of the training ratings are, and how popular their items.

    That users and items are known is all that one-hot features tell of them; how often the training has
    seen them is what a request can be compared by.
    """
    train = ~data.held_out
    rows = int(train.sum())
    users = np.bincount(data.users[train], minlength=len(data.user_ids))
    items = np.bincount(data.items[train], minlength=len(data.item_ids))
    return Profile(
        rows=rows,
        columns={
            "features in a row": Categories(counts={"2": rows}),
            "user activity": _weighted(users),
            "item activity": _weighted(items),
        },
        activity={"user": tuple(users.tolist()), "item": tuple(items.tolist())},
    )


def _weighted(counts: NDArray[np.int64]) -> Numbers:
    """Each row's user, or item, has as many rows as ``counts`` says, which is as many times that number."""
    return Numbers.of(pl.Series(counts), weights=counts)
