"""The model: y = bias + w·x + Σᵢ<ⱼ ⟨vᵢ, vⱼ⟩ xᵢ xⱼ (Rendle, "Factorization Machines", 2010, equation 1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from recordio import Records
from scipy.sparse import csr_array
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

    def scores(self, records: Records) -> Floats:
        """Each row's score, shape (n,)."""
        scores = np.empty(len(records), np.float32)
        for start in range(0, len(records), _ROWS_AT_A_TIME):
            part = records.rows(start, min(start + _ROWS_AT_A_TIME, len(records)))
            scores[start : start + len(part)] = self._scores(part)
        return scores

    def _scores(self, records: Records) -> Floats:
        shape = len(records), self.feature_dim
        rows: Any = csr_array((records.values, records.keys, records.indptr), shape=shape)
        sums = rows @ self.factors
        squares = rows.power(2) @ np.einsum("ij,ij->i", self.factors, self.factors)
        pairs = 0.5 * (np.einsum("ij,ij->i", sums, sums) - squares)
        scores: Floats = self.bias + rows @ self.linear + pairs
        return expit(scores) if self.is_classifier else scores  # type: ignore[no-any-return]

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
                return cls(
                    arrays["bias"], arrays["linear"], arrays["factors"], bool(arrays["is_classifier"])
                )
        except FileNotFoundError as error:
            found = ", ".join(sorted(path.name for path in folder.glob("*"))) or "nothing"
            raise ModelFileError(f"the model artifact has no {_FILE}; it holds: {found}") from error
        except (OSError, ValueError, KeyError) as error:
            raise ModelFileError(f"{_FILE} of the model artifact cannot be read: {error}") from error


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
