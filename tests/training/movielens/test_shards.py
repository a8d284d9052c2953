"""Shards: every row once, as many files for each instance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordio import decode
from training.movielens.shards import ROWS_PER_SHARD, shard_count, write_shards
from training.movielens.split import Split


@given(st.integers(1, 10**9), st.integers(1, 100))
def test_every_instance_gets_as_many_shards_and_none_is_too_long(rows: int, instances: int) -> None:
    count = shard_count(rows, instances)
    assert count % instances == 0
    assert -(-rows // count) <= ROWS_PER_SHARD
    assert count - instances < -(-rows // ROWS_PER_SHARD)


@pytest.mark.parametrize("count", [1, 3, 4])
def test_the_shards_together_hold_the_rows_in_the_order_given(count: int) -> None:
    rng = np.random.default_rng(0)
    users, items = (rng.integers(0, size, 100).astype(np.uint32) for size in (9, 300))
    labels = rng.integers(0, 2, 100).astype(np.uint8)
    split = Split(np.arange(9), np.arange(300), users, items, labels, np.zeros(100, np.bool_), "")
    rows = rng.permutation(100)[:50]
    files: dict[str, bytes] = {}
    write_shards(split, rows, count, files.__setitem__)
    assert sorted(files) == [f"part-{number:05}.pbr" for number in range(count)]
    parts = [decode(files[name]) for name in sorted(files)]
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    keys = np.concatenate([part.keys for part in parts]).reshape(-1, 2)
    assert keys.tolist() == np.stack([users, 9 + items], axis=1)[rows].tolist()
    assert np.concatenate([part.labels for part in parts]).tolist() == labels[rows].tolist()
    assert {part.dim for part in parts} == {309}


def test_a_file_that_cannot_be_put_stops_all() -> None:
    split = Split(*(np.zeros(9, np.uint32),) * 4, np.zeros(9, np.uint8), np.zeros(9, np.bool_), "")

    def full(name: str, content: bytes) -> None:
        raise OSError(f"no room for {len(content)} bytes of {name}")

    with pytest.raises(OSError, match="no room for"):
        write_shards(split, np.arange(9), 3, full)
