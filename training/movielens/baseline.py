"""Logistic regression on user and item: what a factorization machine must beat to be worth its while.

The same model as scikit-learn's ``LogisticRegression(C=1 / penalty)`` on the one-hot features. Since a
row has one user and one item, the Hessian of the users' weights is diagonal, as is the items': Newton
steps in turn cost two passes over the rows and need no matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

_ROUNDS = 100
_TOLERANCE = 1e-4
_CHUNK = 1 << 20

Codes = NDArray[np.uint32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Baseline:
    """Fitted weights: the score of a row is the logistic function of their sum."""

    intercept: float
    users: Floats
    items: Floats

    def scores(self, users: Codes, items: Codes) -> Floats:
        """The probability of label 1 for each row; shape (rows,)."""
        scores: Floats = expit(self.intercept + self.users[users] + self.items[items])
        return scores


def fit(
    users: Codes, items: Codes, labels: NDArray[np.uint8], sizes: tuple[int, int], penalty: float = 1.0
) -> Baseline:
    """Maximise the likelihood less ``penalty / 2`` times the squared weights; the intercept is free.

    Args:
        users: the number of each row's user, below ``sizes[0]``.
        items: the number of each row's item, below ``sizes[1]``.
        labels: 0 or 1 for each row.
        sizes: how many users and items there are.
        penalty: above 0.
    """
    intercept = 0.0
    weights = [np.zeros(size) for size in sizes]
    for _ in range(_ROUNDS):
        largest = 0.0
        for side in (0, 1):
            gradient, curvature = _slopes(Baseline(intercept, *weights), (users, items), labels, side)
            pull = gradient - penalty * weights[side]
            damped = curvature + penalty
            # The intercept and this side's weights together: their Hessian has an arrow's shape.
            shift = (gradient.sum() - (curvature / damped) @ pull) / (curvature @ (1 - curvature / damped))
            step = (pull - curvature * shift) / damped
            intercept += float(shift)
            weights[side] = weights[side] + step
            largest = max(largest, abs(float(shift)), float(np.abs(step).max()))
        if largest < _TOLERANCE:
            break
    return Baseline(intercept, *weights)


def metrics(labels: NDArray[np.uint8], scores: Floats) -> dict[str, float]:
    """Accuracy at 0.5 and log-loss."""
    likelihood = np.where(labels == 1, scores, 1 - scores)
    return {
        "accuracy": float(((scores > 0.5) == labels).mean()),
        "log_loss": float(-np.log(likelihood).mean()),
    }


def _slopes(
    fitted: Baseline, codes: tuple[Codes, Codes], labels: NDArray[np.uint8], side: int
) -> tuple[Floats, Floats]:
    """The likelihood's gradient and curvature for each weight of one side."""
    size = len((fitted.users, fitted.items)[side])
    gradient, curvature = np.zeros(size), np.zeros(size)
    for start in range(0, len(labels), _CHUNK):
        piece = slice(start, start + _CHUNK)
        scores = fitted.scores(codes[0][piece], codes[1][piece])
        of = codes[side][piece]
        gradient += np.bincount(of, labels[piece] - scores, size)
        curvature += np.bincount(of, scores * (1 - scores), size)
    return gradient, curvature
