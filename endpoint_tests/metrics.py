"""The metrics of a binary classifier, each with what its interval needs; the figures are scikit-learn's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy.stats import rankdata
from sklearn import metrics as sklearn_metrics

from endpoint_tests.intervals import Estimate, Floats, Integers

MetricName = Literal["accuracy", "auc", "log_loss"]

LOWER_IS_BETTER: frozenset[MetricName] = frozenset({"log_loss"})

# A score of exactly 0 or 1 would make the log-loss infinite.
_SMALLEST = float(np.finfo(np.float64).eps)


def accuracy(labels: Integers, scores: Floats) -> Estimate:
    """The share of rows on whose right side of 0.5 the score lies.

    ``labels`` are 0 or 1 and ``scores`` lie between 0 and 1, one each a row.
    """
    right = (labels == (scores >= 0.5)).astype(np.float64)
    value = float(sklearn_metrics.accuracy_score(labels, scores >= 0.5))
    return Estimate(value, right - value, proportion=True, rows_behind=len(labels))


def auc(labels: Integers, scores: Floats) -> Estimate:
    """The area under the ROC curve; its influence holds DeLong's components.

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
    value = float(sklearn_metrics.log_loss(labels, clipped, labels=[0, 1]))
    losses = -np.where(labels == 1, np.log(clipped), np.log1p(-clipped))
    return Estimate(value, losses - losses.mean())


METRICS: Mapping[MetricName, Callable[[Integers, Floats], Estimate]] = MappingProxyType(
    {"accuracy": accuracy, "auc": auc, "log_loss": log_loss}
)
TITLES: Mapping[MetricName, str] = MappingProxyType(
    {"accuracy": "accuracy", "auc": "AUC", "log_loss": "log-loss"}
)
