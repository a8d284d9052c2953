"""Estimates and their confidence intervals, from how much each row moves the estimate.

An estimate carries its *influence*: one number a row, mean zero, such that the estimate's error is about
the influence's mean. From it follow the standard error (for the AUC exactly DeLong's components), a
paired difference (subtract the influences) and rows that are not independent: the rows of one user are
summed first (Obuchowski 1997, doi:10.2307/2533958, does this for the AUC), so that ten ratings of one
person do not count as ten people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlops.serving.arrays import Floats, Integers
from mlops.spec.gate_report import Figure


@dataclass(frozen=True)
class Estimate:
    """A figure over some rows.

    ``influence`` has one number a row. ``proportion``: the figure lies between 0 and 1 by definition, and
    so does its interval. ``rows_behind``: the rows that carry a proportion where it is exactly 0 or 1
    and its influence says nothing.
    """

    value: float
    influence: Floats
    proportion: bool = False
    rows_behind: int = 0

    def __sub__(self, other: Estimate) -> Estimate:
        """The paired difference of two estimates over the same rows."""
        return Estimate(self.value - other.value, self.influence - other.influence)

    def interval(self, confidence: float, clusters: Integers | None = None) -> Figure:
        """The interval at ``confidence``; rows with the same number in ``clusters`` belong together."""
        sums = self.influence if clusters is None else _sums(self.influence, clusters)
        groups = len(sums)
        error = float(np.sqrt(groups / (groups - 1) * np.sum(sums**2))) / len(self.influence)
        quantile = float(stats.t.ppf((1 + confidence) / 2, groups - 1))
        if not self.proportion:
            spread = quantile * error
            return Figure(value=self.value, low=self.value - spread, high=self.value + spread)
        return _wilson(self.value, self._effective_rows(error, groups), quantile)

    def _effective_rows(self, error: float, groups: int) -> float:
        """As many independent rows as would give this standard error."""
        if error == 0:
            return min(self.rows_behind, groups)
        return min(self.value * (1 - self.value) / error**2, len(self.influence))


def _sums(influence: Floats, clusters: Integers) -> Floats:
    _, index = np.unique(clusters, return_inverse=True)
    return np.bincount(index, weights=influence).astype(np.float64)


def _wilson(value: float, rows: float, quantile: float) -> Figure:
    """Wilson's score interval on an effective sample size.

    Dean and Pagano 2015, doi:10.1093/jssam/smv024, compare it with others for clustered samples.
    """
    spread = quantile**2 / rows
    centre = (value + spread / 2) / (1 + spread)
    half = quantile / (1 + spread) * float(np.sqrt(value * (1 - value) / rows + spread / (4 * rows)))
    return Figure(value=value, low=max(centre - half, 0.0), high=min(centre + half, 1.0))
