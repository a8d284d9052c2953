"""Columns as counts: what falls into which bin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mlops.profile import Categories, Numbers, Profile


def test_numbers_are_counted_between_their_deciles() -> None:
    column = Numbers.of(pl.Series(range(1, 101)))
    assert column.cuts == (10, 20, 30, 40, 50, 60, 70, 80, 90)
    assert column.counts == (10,) * 10
    assert column.places(pl.Series([-5.0, 10.0, 10.1, 500.0])).tolist() == [0, 0, 1, 9]
    assert column.labels[0] == "up to 10"
    assert column.labels[1] == "10 to 20"
    assert column.labels[-2:] == ("above 90", "missing")


def test_what_is_no_number_is_missing() -> None:
    column = Numbers.of(pl.Series([1.0, 2.0, None, float("nan"), float("inf")]))
    assert column.missing == 3
    assert sum(column.counts) == 2
    assert column.places(pl.Series([None, 1.5], dtype=pl.Float64))[0] == len(column.counts)


def test_a_weight_counts_as_so_many_rows() -> None:
    values, weights = np.array([3, 1, 7]), np.array([40, 10, 50])
    assert Numbers.of(pl.Series(values), weights) == Numbers.of(pl.Series(np.repeat(values, weights)))


@pytest.mark.parametrize("other", [0.999, 1.001])
def test_a_constant_is_told_from_anything_else(other: float) -> None:
    column = Numbers.of(pl.Series([1.0] * 50))
    assert column.places(pl.Series([1.0]))[0] != column.places(pl.Series([other]))[0]
    assert column.all_counts[column.places(pl.Series([1.0]))[0]] == 50


def test_of_many_categories_the_most_frequent_are_kept() -> None:
    names = [f"c{number:02}" for number in range(30) for _ in range(40 - number)]
    column = Categories.of(pl.Series([*names, None]))
    assert list(column.counts) == [f"c{number:02}" for number in range(20)]
    assert (column.other, column.missing) == (sum(40 - number for number in range(20, 30)), 1)
    places = column.places(pl.Series(["c03", "c29", "never seen", None]))
    assert [column.labels[place] for place in places] == ["c03", "other", "other", "missing"]
    assert column.all_counts.sum() == len(names) + 1


def test_a_profile_is_small_and_comes_back_as_it_was(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rows = pl.DataFrame(
        {**{f"x{n}": random.normal(size=50_000) for n in range(10)}, "kind": ["a", "b"] * 25_000}
    )
    profile = Profile.of(rows)
    profile.write(tmp_path)
    written = (tmp_path / "profile.json").read_text()
    assert Profile.model_validate_json(written) == profile
    assert len(written) < 5_000
    assert profile.rows == 50_000
    assert isinstance(profile.columns["kind"], Categories)
