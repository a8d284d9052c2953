"""What the algorithm says about its scores.

https://docs.aws.amazon.com/sagemaker/latest/dg/fm-tuning.html
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local_aws.images.factorization_machines.model import Floats

_SMALLEST = 1e-7


@dataclass(frozen=True)
class Score:
    """One metric: ``kind`` is ``score`` where more is better and ``loss`` where less is."""

    name: str
    kind: str
    value: float


class ClassifierMetrics:
    """Accuracy and F1 at the threshold 0.5, and cross entropy; fed piece by piece."""

    def __init__(self) -> None:
        self._rows = self._right = self._true_positives = self._positives_said_or_true = 0
        self._entropy = 0.0

    def add(self, scores: Floats, labels: NDArray[np.float32]) -> None:
        """Count rows in; both of shape (n,)."""
        said, true = scores > 0.5, labels > 0.5
        self._rows += len(labels)
        self._right += int((said == true).sum())
        self._true_positives += int((said & true).sum())
        self._positives_said_or_true += int(said.sum() + true.sum())
        likelihood = np.where(true, scores, 1 - scores).astype(np.float64)
        self._entropy -= float(np.log(np.maximum(likelihood, _SMALLEST)).sum())

    def scores(self) -> list[Score]:
        """The metrics of all rows counted in."""
        return [
            Score("binary_classification_accuracy", "score", self._right / self._rows),
            Score("binary_classification_cross_entropy", "loss", self._entropy / self._rows),
            Score("binary_f_1.000", "score", 2 * self._true_positives / max(self._positives_said_or_true, 1)),
        ]


class RegressorMetrics:
    """Mean squared error, its root, and mean absolute error; fed piece by piece."""

    def __init__(self) -> None:
        self._rows = 0
        self._squared = self._absolute = 0.0

    def add(self, scores: Floats, labels: NDArray[np.float32]) -> None:
        """Count rows in; both of shape (n,)."""
        errors = scores.astype(np.float64) - labels
        self._rows += len(errors)
        self._squared += float((errors**2).sum())
        self._absolute += float(np.abs(errors).sum())

    def scores(self) -> list[Score]:
        """The metrics of all rows counted in."""
        mse = self._squared / self._rows
        return [
            Score("rmse", "loss", mse**0.5),
            Score("mse", "loss", mse),
            Score("absolute_loss", "loss", self._absolute / self._rows),
        ]


def metrics_for(*, classifier: bool) -> ClassifierMetrics | RegressorMetrics:
    """Empty metrics of a predictor type."""
    return ClassifierMetrics() if classifier else RegressorMetrics()
