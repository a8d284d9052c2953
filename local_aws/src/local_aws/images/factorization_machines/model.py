"""The model: y = bias + w·x + Σᵢ<ⱼ ⟨vᵢ, vⱼ⟩ xᵢ xⱼ (Rendle, "Factorization Machines", 2010, equation 1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from local_aws.images.factorization_machines.hyperparameters import Hyperparameters

Floats = NDArray[np.float32]

_FILE = "model.npz"
_ROWS_AT_A_TIME = 65_536


class ModelFileError(ValueError):
    """A model folder that does not hold a model of this image."""


@dataclass(frozen=True, eq=False)
class Model:
    """The parameters, float32.

    Attributes:
        bias: shape (1,).
        linear: shape (feature_dim,).
        factors: shape (feature_dim, num_factors).
        is_classifier: whether a score is a probability (the logistic function of y) or y itself.
    """

    bias: Floats
    linear: Floats
    factors: Floats
    is_classifier: bool

    @classmethod
    def initial(cls, given: Hyperparameters, random: np.random.Generator) -> Model:
        """Random parameters as the hyperparameters say."""
        return cls(
            _initial(given, "bias", (1,), random),
            _initial(given, "linear", (given.feature_dim,), random),
            _initial(given, "factors", (given.feature_dim, given.num_factors), random),
            given.is_classifier,
        )

    @property
    def feature_dim(self) -> int:
        """The number of features that a row has."""
        return len(self.linear)

    def scores(self, rows: Any) -> Floats:
        """Each row's score, shape (n,); ``rows`` is a SciPy CSR array of shape (n, feature_dim)."""
        scores = np.empty(rows.shape[0], np.float32)
        for start in range(0, len(scores), _ROWS_AT_A_TIME):
            part = rows[start : start + _ROWS_AT_A_TIME]
            y, _ = evaluate(part, part.power(2), self.bias, self.linear, self.factors)
            scores[start : start + len(y)] = expit(y) if self.is_classifier else y
        return scores

    def save(self, folder: Path) -> None:
        """Write the model artifact's one file: plain arrays, nothing pickled."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(
            folder / _FILE,
            bias=self.bias,
            linear=self.linear,
            factors=self.factors,
            is_classifier=np.array(self.is_classifier),
        )

    @classmethod
    def load(cls, folder: Path) -> Model:
        """The model in an unpacked artifact.

        Raises:
            ModelFileError: there is none, or it is not one of this image.
        """
        try:
            with np.load(folder / _FILE, allow_pickle=False) as arrays:
                return cls(arrays["bias"], arrays["linear"], arrays["factors"], bool(arrays["is_classifier"]))
        except FileNotFoundError as error:
            found = ", ".join(sorted(path.name for path in folder.glob("*"))) or "nothing"
            raise ModelFileError(f"the model artifact has no {_FILE}; it holds: {found}") from error
        except (OSError, ValueError, KeyError) as error:
            raise ModelFileError(f"{_FILE} of the model artifact cannot be read: {error}") from error


def evaluate(rows: Any, squared: Any, bias: Floats, linear: Floats, factors: Floats) -> tuple[Floats, Floats]:
    """The model's equation in time linear in the non-zeros (Rendle, lemma 3.1).

    Args:
        rows: a CSR array of shape (n, features); ``squared`` has its values' squares.

    Returns:
        y, shape (n,), and Σᵢ vᵢ xᵢ, shape (n, num_factors).
    """
    sums = rows @ factors
    squares = squared @ np.einsum("ij,ij->i", factors, factors)
    y: Floats = bias + rows @ linear + 0.5 * (np.einsum("ij,ij->i", sums, sums) - squares)
    return y, sums


def _initial(
    given: Hyperparameters, name: str, shape: tuple[int, ...], random: np.random.Generator
) -> Floats:
    term = given.term(name)
    if term.init_method == "constant":
        return np.full(shape, term.init_value, np.float32)
    drawn = random.standard_normal(shape, np.float32)
    if term.init_method == "uniform":
        drawn = 2 * random.random(shape, np.float32) - 1
        return drawn * np.float32(term.init_scale)
    return drawn * np.float32(term.init_sigma)
