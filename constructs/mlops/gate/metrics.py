"""The metrics of a classifier, each with what its interval needs; the figures are scikit-learn's.

Labels are the numbers of classes from 0 on. Scores of two classes are the probability of class 1, shape
``(rows,)``; of more classes, the probability of each, shape ``(rows, classes)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy.stats import rankdata
from sklearn import metrics as sklearn_metrics

from mlops.gate.intervals import Estimate
from mlops.serving.arrays import Floats, Integers

MetricName = Literal["accuracy", "auc", "log_loss"]

LOWER_IS_BETTER: frozenset[MetricName] = frozenset({"log_loss"})
OF_TWO_CLASSES: frozenset[MetricName] = frozenset({"auc"})

Metric = Callable[[Integers, Floats], Estimate]

# A score of exactly 0 or 1 would make the log-loss infinite.
_SMALLEST = float(np.finfo(np.float64).eps)


def predicted(scores: Floats) -> Integers:
    """The class that each row's scores speak for: class 1 from 0.5 on, or the most probable of several."""
    chosen: Integers = np.argmax(scores, axis=1) if scores.ndim == 2 else (scores >= 0.5).astype(np.int64)
    return chosen


def accuracy(labels: Integers, scores: Floats) -> Estimate:
    """The share of rows whose most probable class is their label."""
    right = (labels == predicted(scores)).astype(np.float64)
    value = float(sklearn_metrics.accuracy_score(labels, predicted(scores)))
    return Estimate(value, right - value, proportion=True, rows_behind=len(labels))


def confusion(labels: Integers, scores: Floats, classes: int) -> tuple[tuple[int, ...], ...]:
    """How many rows of each class (outer) were taken for which (inner)."""
    counts = sklearn_metrics.confusion_matrix(labels, predicted(scores), labels=range(classes))
    return tuple(tuple(int(count) for count in row) for row in counts)


def auc(labels: Integers, scores: Floats) -> Estimate:
    """The area under the ROC curve, of two classes; its influence holds DeLong's components.

    DeLong, DeLong and Clarke-Pearson 1988, doi:10.2307/2531595, by ranks as in Sun and Xu 2014,
    doi:10.1109/LSP.2014.2337313.
    """
    value = float(sklearn_metrics.roc_auc_score(labels, scores))
    positive = labels == 1
    positives, negatives = int(positive.sum()), int((~positive).sum())
    ranks = rankdata(scores)
    # For each row: the share of the other class that it is ordered rightly against.
    placed = np.empty(len(labels))
    placed[positive] = (ranks[positive] - rankdata(scores[positive])) / negatives
    placed[~positive] = 1 - (ranks[~positive] - rankdata(scores[~positive])) / positives
    weight = np.where(positive, len(labels) / positives, len(labels) / negatives)
    return Estimate(value, (placed - value) * weight, proportion=True, rows_behind=min(positives, negatives))


def log_loss(labels: Integers, scores: Floats) -> Estimate:
    """The mean negative log-likelihood, in nats."""
    clipped = np.clip(scores, _SMALLEST, 1 - _SMALLEST)
    if clipped.ndim == 2:
        # Scores in single precision do not add up to 1 as exactly as scikit-learn asks.
        clipped = clipped / clipped.sum(axis=1, keepdims=True)
        losses = -np.log(clipped[np.arange(len(labels)), labels])
        classes = clipped.shape[1]
    else:
        losses = -np.where(labels == 1, np.log(clipped), np.log1p(-clipped))
        classes = 2
    value = float(sklearn_metrics.log_loss(labels, clipped, labels=range(classes)))
    return Estimate(value, losses - losses.mean())


def metrics_of(classes: int) -> dict[MetricName, Metric]:
    """The metrics that a classifier of so many classes has."""
    return {name: metric for name, metric in METRICS.items() if classes == 2 or name not in OF_TWO_CLASSES}


METRICS: Mapping[MetricName, Metric] = MappingProxyType(
    {"accuracy": accuracy, "auc": auc, "log_loss": log_loss}
)
TITLES: Mapping[MetricName, str] = MappingProxyType(
    {"accuracy": "accuracy", "auc": "AUC", "log_loss": "log-loss"}
)
