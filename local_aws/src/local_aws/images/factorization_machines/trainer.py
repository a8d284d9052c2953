"""Gradient descent over mini-batches."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from local_aws.images.factorization_machines.adam import Adam
from local_aws.images.factorization_machines.hyperparameters import Hyperparameters
from local_aws.images.factorization_machines.model import Floats, Model, evaluate


class Trainer:
    """A model being fitted; the same seed and the same rows give the same model."""

    def __init__(self, given: Hyperparameters, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._batch_size = given.mini_batch_size
        self.model = Model.initial(given, self._random)
        self._bias = Adam(self.model.bias, given, "bias")
        self._linear = Adam(self.model.linear, given, "linear")
        self._factors = Adam(self.model.factors, given, "factors")

    def fit(self, rows: Any, labels: Floats) -> Floats:
        """One pass over the rows in random order.

        Args:
            rows: a SciPy CSR array of shape (n, feature_dim), float32.
            labels: shape (n,).

        Returns:
            each row's score before the step that it took part in, shape (n,).
        """
        scores = np.empty(len(labels), np.float32)
        order = self._random.permutation(len(labels))
        for start in range(0, len(order), self._batch_size):
            batch = order[start : start + self._batch_size]
            scores[batch] = self._step(rows[batch], labels[batch])
        return scores

    def _step(self, rows: Any, labels: Floats) -> Floats:
        """Move the parameters that the batch's features touch; scores from before."""
        features, columns = np.unique(rows.indices, return_inverse=True)
        shape = len(labels), len(features)
        batch: Any = csr_array((rows.data, columns, rows.indptr), shape=shape)
        squared: Any = csr_array((rows.data**2, columns, rows.indptr), shape=shape)
        factors = self.model.factors[features]
        y, sums = evaluate(batch, squared, self.model.bias, self.model.linear[features], factors)
        scores: Floats = expit(y) if self.model.is_classifier else y
        # The derivative by y of the cross entropy of expit(y), and of half the squared error of y.
        slope = scores - labels
        sums *= slope[:, None]
        gradient = batch.T @ sums
        factors *= (squared.T @ slope)[:, None]
        gradient -= factors
        self._bias.step(slice(None), slope.sum(keepdims=True))
        self._linear.step(features, batch.T @ slope)
        self._factors.step(features, gradient)
        return scores
