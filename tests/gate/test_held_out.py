"""Held-out rows that cannot be judged are refused, all their problems at once."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"label": pl.lit(1)}, "label: given 1: 2100 rows; allowed: 0 and 1, at least 30 rows of each"),
        ({"label": pl.col("label") * 5}, "label: given"),
        ({"label": pl.when(pl.col("item_id") > 0).then(pl.col("label"))}, "label: given"),
        ({"baseline_score": pl.col("baseline_score") * 5}, "baseline_score: given Float64 with other values"),
        ({"baseline_score": pl.lit(float("nan"))}, "baseline_score: given Float64 with other values"),
        ({"baseline_score": pl.lit(None, pl.Float64)}, "baseline_score: given Float64 with other values"),
        ({"user_id": pl.lit(7)}, "user_id: given 1 different values; allowed: at least 30"),
        ({"keys": pl.lit(1)}, "keys: given Int32; allowed: a column of lists of integers"),
        (
            {"keys": pl.concat_list(pl.lit(0), pl.lit(270))},
            "keys: given 0 to 270; allowed: indices from 0 to",
        ),
        ({"keys": pl.concat_list("user_id").list.head(0)}, "keys: given a row without any"),
    ],
)
def test_a_column_with_wrong_values_is_named(build: Any, change: dict[str, pl.Expr], problem: str) -> None:
    build.hold_out(build.rows.with_columns(**change))
    code, report = build.run()
    assert code == 2
    assert problem in report["problems"][0]
    assert build.sagemaker.requests == []


def test_every_missing_column_is_told_at_once(build: Any) -> None:
    build.hold_out(build.rows.drop("label", "baseline_score", "user_id", "keys"))
    _, report = build.run()
    told = "\n".join(report["problems"])
    for part in (
        "label: given no such column",
        "baseline_score: given no such column",
        "keys: given no such",
    ):
        assert part in told
    assert "gate.toml: evaluation.clusters: given user_id; allowed: one of item_id, truth" in told


def test_without_a_baseline_threshold_the_baseline_may_be_missing(build: Any) -> None:
    build.replace("endpoint_tests/movielens/gate.toml", "auc.at_least = 0.0", "")
    build.hold_out(build.rows.drop("baseline_score"))
    code, report = build.run()
    assert code == 0
    assert report["metrics"]["auc"]["baseline"] is None


def test_a_release_without_its_feature_dimension_is_refused(build: Any) -> None:
    build.replace("TrainOutput/release.json", '"feature_dim": 270', '"feature_dim": "many"')
    code, report = build.run()
    assert code == 2
    assert "feature_dim: given many; allowed: a whole number from 1 on" in report["problems"][0]


def test_an_unknown_kind_of_malformed_request_is_refused(build: Any) -> None:
    build.replace("endpoint_tests/movielens/gate.toml", '"not JSON"', '"no JSON"')
    code, report = build.run()
    assert code == 2
    assert "malformed.kinds: given no JSON; allowed: some of not JSON," in report["problems"][0]
