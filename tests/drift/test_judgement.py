"""Each column ends as pass, fail or not applicable, with its reason; what all of them come to."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mlops.drift.comparison import Sensitivity
from mlops.drift.judgement import Side, judge
from mlops.drift.report import ColumnFindings, summary_of, verdict_of
from mlops.drift.rows import Rows
from mlops.profile import Profile

SENSITIVITY = Sensitivity(psi_tolerance=0.1, detectable_psi=0.5, false_alarm_rate=0.01)


def normal(rows: int, shift: float = 0.0, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    return pl.DataFrame({"x": random.normal(shift, size=rows), "y": random.normal(size=rows)})


def found(
    rows: pl.DataFrame, *, trained_on: int = 5000, per_request: int = 1, ignored: tuple[str, ...] = ()
) -> tuple[ColumnFindings, ...]:
    side = Side(
        "asked",
        Profile.of(normal(trained_on, seed=1)).columns,
        Rows(rows, np.arange(rows.height) // per_request),
    )
    return tuple(judge(side, SENSITIVITY, ignored))


def test_rows_as_in_training_pass_with_the_index_and_its_limit() -> None:
    columns = found(normal(2000))
    assert [each.check.outcome for each in columns] == ["pass", "pass"]
    assert columns[0].check.name == "asked: x"
    assert columns[0].check.value is not None
    assert columns[0].check.value < 0.05
    assert "0.1 is tolerated, the rest is chance among 2,000 independent" in columns[0].check.reason
    assert verdict_of(columns) == "no drift"
    assert summary_of("no drift", columns, 2000) == "NO DRIFT: 2 columns of 2,000 rows are as in training"


def test_a_shifted_column_fails_and_the_other_passes() -> None:
    columns = found(normal(2000, shift=1))
    assert [each.check.outcome for each in columns] == ["fail", "pass"]
    assert verdict_of(columns) == "drift"
    summary = summary_of("drift", columns, 2000)
    assert summary.startswith(("DRIFT: asked: x 1.0", "DRIFT: asked: x 0.9"))
    assert "asked: y" not in summary
    shares = columns[0].bins
    assert sum(each.expected for each in shares) == pytest.approx(1)
    assert shares[-1].found > 2 * shares[-1].expected


def test_on_too_few_rows_it_says_how_many_it_needs() -> None:
    (check, *_) = (each.check for each in found(normal(60)))
    needed = SENSITIVITY.needed(10)
    assert check.outcome == "not applicable"
    assert "60 independent rows; at least 1" in check.reason
    assert "to find an index of 0.5 in 90% of runs" in check.reason
    (tiny, *_) = (each.check for each in found(normal(2000), trained_on=needed - 20))
    assert tiny.reason.startswith(f"compared with {needed - 20} rows; more than ")


def test_of_few_requests_many_rows_say_little() -> None:
    columns = found(normal(2000), per_request=100)
    assert {each.check.outcome for each in columns} == {"not applicable"}
    assert columns[0].check.reason == "20 requests or users; at least 30 are needed"
    assert verdict_of(columns) == "not judged"
    assert summary_of("not judged", columns, 2000).startswith("NOT JUDGED: asked: x: 20 requests or users")


def test_an_ignored_column_is_shown_and_not_judged() -> None:
    columns = found(normal(2000, shift=1), ignored=("x",))
    assert [each.check.outcome for each in columns] == ["not applicable", "pass"]
    assert columns[0].check.reason.startswith("ignored, as the settings say; its index is")
    assert columns[0].bins
    assert verdict_of(columns) == "no drift"


def test_without_rows_nothing_is_judged() -> None:
    columns = found(pl.DataFrame())
    assert {each.check.reason for each in columns} == {"no rows were captured"}
    assert verdict_of(columns) == "not judged"
