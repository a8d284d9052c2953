"""How often a comparison is wrong: false alarms as promised, drift of the promised size found as promised.

Samples are drawn and compared many times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest
from scipy import optimize, stats

from mlops.drift.comparison import POWER, Comparison, Sensitivity, captured_needed, compare
from mlops.profile import Numbers

RUNS = 500
SENSITIVITY = Sensitivity(psi_tolerance=0.1, detectable_psi=0.5, false_alarm_rate=0.01)
# Next to no tolerance: what alarms is chance alone.
STRICT = Sensitivity(psi_tolerance=1e-6, detectable_psi=0.5, false_alarm_rate=0.01)


def shift_of(index: float) -> float:
    """By how many deviations a normal column must be shifted for its deciles to show this index."""
    cuts = stats.norm.ppf(np.arange(1, 10) / 10)

    def surplus(shift: float) -> float:
        shares = np.diff(stats.norm.cdf(cuts - shift), prepend=0, append=1)
        return float(np.sum((shares - 0.1) * np.log(shares / 0.1))) - index

    return float(optimize.brentq(surplus, 0, 3))


@dataclass(frozen=True)
class Traffic:
    """Captured rows in requests of ``size`` alike rows, beside a profile of ``reference`` rows."""

    reference: int
    rows: int
    size: int = 1
    shift: float = 0.0

    def compare(self, random: np.random.Generator) -> Comparison:
        column = Numbers.of(pl.Series(random.normal(size=self.reference)))
        requests = self.rows // self.size
        values = np.repeat(random.normal(self.shift, size=requests), self.size)
        return compare(
            column.all_counts, column.places(pl.Series(values)), np.repeat(np.arange(requests), self.size)
        )


def alarms(traffic: Traffic, sensitivity: Sensitivity, runs: int = RUNS) -> float:
    """The share of runs in which the index is above its limit; the same in each test run."""
    random = np.random.default_rng(7)
    found = [traffic.compare(random) for _ in range(runs)]
    return sum(each.index > sensitivity.limit(each.bins, each.rows) for each in found) / runs


def at_most(rate: float, runs: int = RUNS) -> float:
    """What a rate of ``rate`` shows in so many runs, three deviations up."""
    return rate + 3 * math.sqrt(rate * (1 - rate) / runs)


@pytest.mark.parametrize(
    "traffic",
    [Traffic(400, 210), Traffic(2000, 500), Traffic(2000, 4000, size=20), Traffic(2000, 1000, size=5)],
    ids=["small samples", "single rows", "twenty alike in a request", "five alike in a request"],
)
def test_chance_alone_alarms_as_rarely_as_promised(traffic: Traffic) -> None:
    rate = alarms(traffic, STRICT)
    assert rate <= at_most(STRICT.false_alarm_rate)
    # Nor is the limit so high that nothing could be found.
    assert alarms(traffic, Sensitivity(1e-6, 0.5, 0.2)) > 0.1


@pytest.mark.parametrize("traffic", [Traffic(400, 210), Traffic(2000, 4000, size=20)])
def test_what_is_tolerated_alarms_as_rarely_as_promised(traffic: Traffic) -> None:
    drifting = replace(traffic, shift=shift_of(SENSITIVITY.psi_tolerance))
    assert alarms(drifting, SENSITIVITY) <= at_most(SENSITIVITY.false_alarm_rate)


def test_a_difference_that_is_tolerated_does_not_alarm_however_many_rows_show_it() -> None:
    slight = Traffic(20_000, 20_000, shift=0.1)
    assert alarms(slight, SENSITIVITY, runs=20) == 0
    assert alarms(slight, STRICT, runs=20) == 1  # It is there.


@pytest.mark.parametrize("reference", [400, 2000])
def test_what_must_be_found_is_found_in_nine_runs_of_ten_on_as_many_rows_as_are_asked_for(
    reference: int,
) -> None:
    rows = captured_needed(SENSITIVITY.needed(10), reference)
    assert rows is not None
    assert alarms(Traffic(reference, rows, shift=shift_of(SENSITIVITY.detectable_psi)), SENSITIVITY) >= POWER


def test_alike_rows_of_a_request_count_as_one() -> None:
    found = Traffic(5000, 4000, size=20).compare(np.random.default_rng(0))
    assert 150 < found.effective_rows < 270
    single = Traffic(5000, 4000).compare(np.random.default_rng(0))
    assert single.effective_rows > 3500


def test_all_checks_together_raise_no_more_false_alarms() -> None:
    among = SENSITIVITY.among(8)
    assert among.false_alarm_rate == pytest.approx(0.01 / 8)
    assert among.limit(10, 500) > SENSITIVITY.limit(10, 500)
    assert among.needed(10) > SENSITIVITY.needed(10)


def test_a_reference_that_is_too_small_is_never_made_up_for() -> None:
    assert captured_needed(100, 100) is None
    assert captured_needed(100, 200) == 200
