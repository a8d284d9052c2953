"""Whether captured rows are distributed as a profile says, beyond chance and beyond what is tolerated.

The measure is the population stability index, the sum of ``(p - q) ln(p / q)`` over the bins. Where nothing
has changed, chance alone makes it about ``(1/n + 1/m)`` times a chi-squared variable with one degree of
freedom less than there are bins (Yurdakul 2018, https://scholarworks.wmich.edu/dissertations/3208); where
it has changed by some index, times a noncentral one. So the limit for a column is the value that a change
of exactly the tolerated size exceeds with the probability of a false alarm.

Rows of one request, or of one user, are not independent: as many rows count as would vary as much if they
were, by the first-order correction of Rao and Scott (1981, https://doi.org/10.1080/01621459.1981.10477633).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlops.profile.columns import Places

#: Of fewer requests nobody can tell how alike the rows of one are.
FEWEST_CLUSTERS = 30
# How surely a change of the size that is to be found must be found before a check may pass.
POWER = 0.9
# Of a hundred rows the index is a little smaller than in theory: aimed higher, so that the promise is kept.
_AIM = 0.95
# What an empty bin counts, so that its logarithm exists (Jeffreys).
_PRIOR = 0.5


@dataclass(frozen=True)
class Sensitivity:
    """What is no drift, what must be found, and how often a false alarm may come of one comparison.

    ``psi_tolerance`` and ``detectable_psi`` are population stability indices.
    """

    psi_tolerance: float
    detectable_psi: float
    false_alarm_rate: float

    def among(self, checks: int) -> Sensitivity:
        """The same for each of ``checks``, so that all together raise no more false alarms (Bonferroni)."""
        return replace(self, false_alarm_rate=self.false_alarm_rate / max(checks, 1))

    def limit(self, bins: int, rows: float) -> float:
        """The index above which a comparison of ``bins`` alarms; ``rows`` as ``Comparison.rows``."""
        freedom = max(bins - 1, 1)
        return float(stats.ncx2.ppf(1 - self.false_alarm_rate, freedom, self.psi_tolerance * rows)) / rows

    def needed(self, bins: int) -> int:
        """How many ``rows`` a comparison needs to find what must be found."""
        return _needed(self, max(bins, 2))


@dataclass(frozen=True)
class Comparison:
    """How captured rows differ from the profile's.

    Attributes:
        index: the population stability index.
        bins: the bins that any row is in.
        reference_rows: the profile's rows.
        effective_rows: as many independent captured rows as would vary as much.
        expected: the share of the profile's rows in each bin.
        found: the share of the captured rows.
    """

    index: float
    bins: int
    reference_rows: int
    effective_rows: float
    expected: NDArray[np.float64]
    found: NDArray[np.float64]

    @property
    def rows(self) -> float:
        """``1 / (1/n + 1/m)``: what both samples' sizes come to."""
        return 1 / (1 / self.reference_rows + 1 / self.effective_rows)


def compare(reference: Places, places: Places, clusters: Places) -> Comparison:
    """Compare captured rows with the counts of a profile.

    Args:
        reference: the profile's rows in each bin; at least one.
        places: the bin of each captured row; at least one.
        clusters: a number for each captured row; rows with the same number belong together.
    """
    counts = np.bincount(places, minlength=len(reference))
    used = (reference + counts) > 0
    expected, found = _shares(reference, used), _shares(counts, used)
    index = float(np.sum((found - expected) * np.log(found / expected)))
    return Comparison(
        index,
        int(used.sum()),
        int(reference.sum()),
        len(places) / _design_effect(places, clusters, len(reference)),
        reference / reference.sum(),
        counts / counts.sum(),
    )


def _shares(counts: Places, used: NDArray[np.bool_]) -> NDArray[np.float64]:
    smoothed = counts[used] + _PRIOR
    shares: NDArray[np.float64] = smoothed / smoothed.sum()
    return shares


def _design_effect(places: Places, clusters: Places, bins: int) -> float:
    """How many times as much the shares vary as those of independent rows; at least 1."""
    _, numbers = np.unique(clusters, return_inverse=True)
    groups, rows = int(numbers.max()) + 1, len(places)
    table = np.bincount(numbers * bins + places, minlength=groups * bins).reshape(groups, bins)
    shares = table.sum(axis=0) / rows
    filled = shares > 0
    if groups < 2 or filled.sum() < 2:
        return 1.0
    deviations = table[:, filled] - np.outer(table.sum(axis=1), shares[filled])
    variances = groups / (groups - 1) * np.sum(deviations.astype(np.float64) ** 2, axis=0) / rows**2
    return max(1.0, float((rows - 1) * np.sum(variances / shares[filled]) / (filled.sum() - 1)))


@cache
def _needed(sensitivity: Sensitivity, bins: int) -> int:
    low, high = 1, 1
    while _power(sensitivity, bins, high) < _AIM:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _power(sensitivity, bins, middle) >= _AIM else (middle + 1, high)
    return high


def _power(sensitivity: Sensitivity, bins: int, rows: int) -> float:
    threshold = sensitivity.limit(bins, rows) * rows
    return float(stats.ncx2.sf(threshold, bins - 1, sensitivity.detectable_psi * rows))


def captured_needed(rows: int, reference_rows: int) -> int | None:
    """The captured rows that make ``rows`` with the reference's; None where its own are too few."""
    if reference_rows <= rows:
        return None
    return math.ceil(rows * reference_rows / (reference_rows - rows))
