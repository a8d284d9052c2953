"""Which ratings train and which are held out, and what each becomes as features and a label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlops.spec import InvalidInputError, Problem
from training.movielens.ratings import Ratings

HELD_OUT_PER_USER = 10
_LISTED = 20
_CHUNK = 1 << 20


@dataclass(frozen=True, eq=False)
class Split:
    """Every rating as two one-hot features and a label.

    Features are numbered from 0: first the users in the order of their ids, then the items in theirs.

    Attributes:
        user_ids: sorted, shape (users,).
        item_ids: sorted, shape (items,).
        users: uint32, shape (n,); the place of each rating's user in ``user_ids``.
        items: uint32, shape (n,); the place of each rating's item in ``item_ids``.
        labels: uint8, shape (n,); 1 where the user liked the item.
        held_out: bool, shape (n,); each user's first ten ratings in the files' order.
        fingerprint: SHA-256 of the ratings' files, in hex.
    """

    user_ids: NDArray[Any]
    item_ids: NDArray[Any]
    users: NDArray[np.uint32]
    items: NDArray[np.uint32]
    labels: NDArray[np.uint8]
    held_out: NDArray[np.bool_]
    fingerprint: str

    @property
    def feature_dim(self) -> int:
        """The number of features."""
        return len(self.user_ids) + len(self.item_ids)

    def keys(self, rows: NDArray[Any]) -> NDArray[np.uint32]:
        """The features that are 1 in each row; shape (rows, 2)."""
        return np.stack([self.users[rows], self.items[rows] + np.uint32(len(self.user_ids))], axis=1)


def split(ratings: Ratings) -> Split:
    """Number the features, label the rows and hold out each user's first ten.

    Raises:
        InvalidInputError: with every user that has too few ratings and every item that a user rated
            twice (of many the first 20), or because all labels are the same.
    """
    labels = (ratings.ratings >= 4).astype(np.uint8)
    repeated = list(_repeated(ratings))
    user_ids, users = _numbered(ratings.users)
    problems = [*_too_few(user_ids, users), *repeated, *_one_class(labels)]
    if problems:
        raise InvalidInputError(problems)
    item_ids, items = _numbered(ratings.items)
    held_out = _held_out(users, len(user_ids))
    return Split(user_ids, item_ids, users, items, labels, held_out, ratings.sha256)


def _numbered(ids: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.uint32]]:
    """The different ids in order, and each id's place among them."""
    if int(ids.max()) < 8 * len(ids) + 1024:
        # A table of all numbers up to the largest id: no sorting.
        seen = np.zeros(int(ids.max()) + 1, np.bool_)
        seen[ids] = True
        places = np.cumsum(seen, dtype=np.uint32) - np.uint32(1)
        return np.flatnonzero(seen), places[ids]
    distinct, inverse = np.unique(ids, return_inverse=True)
    return distinct, inverse.astype(np.uint32)


def _held_out(users: NDArray[np.uint32], count: int) -> NDArray[np.bool_]:
    """Each user's first ratings; in pieces, since a sort of all rows would take their memory again."""
    mask = np.zeros(len(users), np.bool_)
    seen = np.zeros(count, np.int64)
    for start in range(0, len(users), _CHUNK):
        piece = users[start : start + _CHUNK]
        rows = np.flatnonzero(seen[piece] < HELD_OUT_PER_USER)
        mask[start + rows] = seen[piece[rows]] + _rank(piece[rows]) < HELD_OUT_PER_USER
        seen += np.bincount(piece, minlength=count)
    return mask


def _rank(values: NDArray[Any]) -> NDArray[np.int64]:
    """For each value, how many equal ones stand before it."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))[: len(values)]
    rank = np.empty(len(values), np.int64)
    lengths = np.diff(np.append(first, len(values)))
    rank[order] = np.arange(len(values)) - np.repeat(first, lengths)
    return rank


def _too_few(user_ids: NDArray[Any], users: NDArray[np.uint32]) -> Iterator[Problem]:
    counts = np.bincount(users)
    allowed = f"at least {HELD_OUT_PER_USER + 1} ratings: {HELD_OUT_PER_USER} to hold out and one to train on"
    few = np.flatnonzero(counts <= HELD_OUT_PER_USER)
    for user in few[:_LISTED]:
        remedy = "Remove the user or add ratings."
        yield Problem("ratings", f"user {user_ids[user]}", f"{counts[user]} ratings", allowed, remedy)
    if len(few) > _LISTED:
        given = f"{len(few) - _LISTED} more users like these"
        yield Problem("ratings", "(further users)", given, allowed, "Remove them or add ratings.")


def _pairs(ratings: Ratings) -> NDArray[np.uint64]:
    """One number for each pair of user and item; shape (n,)."""
    users, items = ratings.users, ratings.items
    if (int(users.max()) + 1) * (int(items.max()) + 1) >= 1 << 64:
        users, items = _numbered(users)[1], _numbered(items)[1]
    pairs = users.astype(np.uint64)
    pairs *= np.uint64(int(items.max()) + 1)
    pairs += items
    return pairs


def _repeated(ratings: Ratings) -> Iterator[Problem]:
    pairs = _pairs(ratings)
    pairs.sort()
    again = np.unique(pairs[1:][pairs[1:] == pairs[:-1]])
    if len(again):
        pairs = _pairs(ratings)
    for pair in again[:_LISTED]:
        rows = np.flatnonzero(pairs == pair)
        (name, first), (_, second) = ratings.place(int(rows[0])), ratings.place(int(rows[1]))
        field = f"row {second}"
        given = f"user {ratings.users[rows[0]]} rates item {ratings.items[rows[0]]} as in row {first}"
        yield Problem(name, field, given, "one rating of an item by a user", "Remove all but one.")
    if len(again) > _LISTED:
        given = f"{len(again) - _LISTED} more items rated twice"
        yield Problem(
            "ratings", "(further rows)", given, "one rating of an item by a user", "Remove all but one."
        )


def _one_class(labels: NDArray[np.uint8]) -> Iterator[Problem]:
    if labels.min() == labels.max():
        given = "all at least 4" if labels[0] else "all under 4"
        allowed = "some ratings of at least 4 and some under it"
        yield Problem("ratings", "rating", given, allowed, "Bring the ratings to a scale of 5.")
