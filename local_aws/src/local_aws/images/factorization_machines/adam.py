"""Adam (Kingma and Ba, 2015) for parameters of which a batch touches few rows.

Which optimizer the built-in algorithm uses is not published. Its settings (``eps``, ``rescale_grad``,
``clip_gradient`` and a weight decay) are those of MXNet's Adam, and with its default rates Adam gives
what AWS reports of it; gradients are summed over the batch, as there, unless ``rescale_grad`` is set.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_aws.images.factorization_machines.hyperparameters import Hyperparameters

_FIRST_DECAY = 0.9
_SECOND_DECAY = 0.999
_EPSILON = 1e-8


class Adam:
    """The optimizer of one parameter array, updated in place.

    Only the rows with a gradient move: moments of the others rest ("lazy" updates).
    """

    def __init__(self, parameters: NDArray[np.float32], given: Hyperparameters, term: str) -> None:
        self._parameters = parameters
        self._first = np.zeros_like(parameters)
        self._second = np.zeros_like(parameters)
        self._steps = 0
        self._rate = given.term(term).learning_rate
        self._decay = np.float32(given.term(term).weight_decay)
        self._epsilon = np.float32(_EPSILON if given.eps is None else given.eps)
        self._rescale = given.rescale_grad
        self._clip = given.clip_gradient

    def step(self, rows: Any, gradient: NDArray[np.float32]) -> None:
        """Descend: ``gradient[i]`` is that of ``parameters[rows[i]]``; ``rows`` has no row twice.

        ``gradient`` is overwritten.
        """
        self._steps += 1
        parameters = self._parameters[rows]
        if self._rescale is not None:
            gradient *= np.float32(self._rescale)
        gradient += self._decay * parameters
        if self._clip is not None:
            np.clip(gradient, -self._clip, self._clip, out=gradient)
        first = self._first[rows]
        first += np.float32(1 - _FIRST_DECAY) * (gradient - first)
        self._first[rows] = first
        second = self._second[rows]
        gradient *= gradient
        second += np.float32(1 - _SECOND_DECAY) * (gradient - second)
        self._second[rows] = second
        np.sqrt(second, out=second)
        second += self._epsilon
        first /= second
        first *= np.float32(self._corrected_rate())
        parameters -= first
        self._parameters[rows] = parameters

    def _corrected_rate(self) -> float:
        """The rate with the moments' start from zero made up for."""
        second = 1 - _SECOND_DECAY**self._steps
        return float(self._rate * np.sqrt(second) / (1 - _FIRST_DECAY**self._steps))
