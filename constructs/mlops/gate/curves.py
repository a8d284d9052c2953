"""How a classifier of two classes ranks and how honest its probabilities are, as points to draw."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import roc_curve

from mlops.serving.arrays import Floats, Integers
from mlops.spec.gate_report import Bin, Curves

_POINTS = 100
_BINS = 10


def curves_of(labels: Integers, scores: Floats) -> Curves:
    """The ROC curve in at most ``_POINTS`` points, and the calibration in ten equal bins of the score."""
    false, true, _ = roc_curve(labels, scores)
    chosen = np.unique(np.linspace(0, len(false) - 1, _POINTS).round().astype(int))
    roc = tuple((float(false[place]), float(true[place])) for place in chosen)
    return Curves(roc=roc, calibration=tuple(_bins(labels, scores)))


def _bins(labels: Integers, scores: Floats) -> list[Bin]:
    place = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    bins = []
    for number in np.unique(place):
        inside = place == number
        bins.append(
            Bin(
                predicted=float(scores[inside].mean()),
                observed=float(labels[inside].mean()),
                rows=int(inside.sum()),
            )
        )
    return bins
