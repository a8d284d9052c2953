"""Parts of the held-out rows: a good average must not hide a group that is served badly."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

GATE = "endpoint_tests/movielens/gate.toml"


def sliced(build: Any, *settings: str) -> None:
    """Slice the rows by ``taste``: the users of even number, and those of odd."""
    taste = pl.when(pl.col("user_id") % 2 == 0).then(pl.lit("even")).otherwise(pl.lit("odd"))
    build.hold_out(build.rows.with_columns(taste=taste))
    gate = build.root / GATE
    gate.write_text("\n".join([gate.read_text(), "[[slices]]", 'column = "taste"', *settings, ""]))


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["outcome"] for check in report["checks"] if "taste" in check["name"]}


def test_slices_are_reported_with_intervals_and_judged_only_by_thresholds(build: Any) -> None:
    sliced(build)
    code, report = build.run()
    assert code == 0
    assert outcomes(report) == {}
    assert [(each["value"], each["rows"]) for each in report["slices"]] == [("even", 1050), ("odd", 1050)]
    accuracy = report["slices"][0]["metrics"]["accuracy"]
    whole = report["metrics"]["accuracy"]["model"]
    assert accuracy["high"] - accuracy["low"] > whole["high"] - whole["low"]


def test_a_group_that_is_served_badly_blocks_a_release_that_is_good_on_average(build: Any) -> None:
    sliced(build, "thresholds.auc.at_least = 0.6")
    build.replace(GATE, "accuracy.at_least = 0.69", "accuracy.at_least = 0.5")
    build.replace(GATE, "auc.at_least = 0.75", "auc.at_least = 0.6")
    build.replace(GATE, "log_loss.at_most = 0.60", "log_loss.at_most = 0.9")
    build.replace(GATE, "[baseline]\nauc.at_least = 0.0", "")
    scores = build.sagemaker.answer.scores
    odd = [keys for keys in scores if keys[0] % 2]
    mixed = np.random.default_rng(0).permutation([scores[keys] for keys in odd])
    scores.update(zip(odd, mixed.tolist(), strict=True))
    code, report = build.run()
    assert code == 1
    assert [check["name"] for check in report["checks"] if check["outcome"] == "fail"] == ["taste odd: AUC"]
    assert outcomes(report) == {"taste even: AUC": "pass", "taste odd: AUC": "fail"}


def test_too_few_rows_are_not_judged_and_the_gate_says_how_many_it_needs(build: Any) -> None:
    sliced(build, "minimum_rows = 1051", "thresholds.auc.at_least = 0.6")
    code, report = build.run()
    assert code == 0
    assert set(outcomes(report).values()) == {"not applicable"}
    assert report["slices"][0]["reason"] == "1050 rows; judged from 1051 on"


def test_a_column_that_is_not_there_is_refused_before_anything_is_asked(build: Any) -> None:
    gate = build.root / GATE
    gate.write_text(f'{gate.read_text()}\n[[slices]]\ncolumn = "gender"\n')
    code, report = build.run()
    assert code == 2
    assert "gate.toml: slices.0.column: given gender; allowed: one of keys, label" in report["problems"][0]
    assert build.sagemaker.requests == []
