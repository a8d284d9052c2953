"""Rows of features with labels, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Records:
    """``n`` rows in compressed sparse row form.

    Row ``i`` has the features ``keys[indptr[i]:indptr[i + 1]]`` with the values of the same slice.

    Attributes:
        indptr: int64, shape (n + 1,), starting at 0.
        keys: any integer type, shape (non-zeros,); feature indices from 0.
        values: float32, shape (non-zeros,).
        labels: float32, shape (n,); None for rows without labels.
        dim: the number of features; None where nothing states it.

    Raises:
        ValueError: the arrays do not fit one another, or a key is not in ``[0, dim)``.
    """

    indptr: NDArray[np.int64]
    keys: NDArray[Any]
    values: NDArray[np.float32]
    labels: NDArray[np.float32] | None = None
    dim: int | None = None

    def __post_init__(self) -> None:
        if self.indptr.ndim != 1 or len(self.indptr) == 0 or self.indptr[0] != 0:
            raise ValueError("indptr must be one-dimensional and start with 0")
        if (np.diff(self.indptr) < 0).any():
            raise ValueError("indptr must not decrease")
        if not self.indptr[-1] == len(self.keys) == len(self.values):
            raise ValueError(
                f"indptr ends at {self.indptr[-1]}, but there are {len(self.keys)} keys "
                f"and {len(self.values)} values"
            )
        if self.labels is not None and len(self.labels) != len(self):
            raise ValueError(f"{len(self.labels)} labels for {len(self)} rows")
        if len(self.keys) and (self.keys.min() < 0 or (self.dim is not None and self.keys.max() >= self.dim)):
            raise ValueError(f"keys run from {self.keys.min()} to {self.keys.max()}, outside [0, {self.dim})")

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @classmethod
    def of_rows(
        cls,
        keys: NDArray[Any],
        values: NDArray[np.float32] | None = None,
        labels: NDArray[np.float32] | None = None,
        dim: int | None = None,
    ) -> Self:
        """Rows of equal length; ``keys`` has shape (n, non-zeros of a row), ``values`` too, else all 1."""
        rows, width = keys.shape
        flat = np.ones(keys.size, np.float32) if values is None else values.reshape(-1)
        return cls(np.arange(rows + 1, dtype=np.int64) * width, keys.reshape(-1), flat, labels, dim)

    def rows(self, start: int, stop: int) -> Records:
        """The rows ``start`` to ``stop``, the latter excluded, as views."""
        indptr = self.indptr[start : stop + 1]
        span = slice(indptr[0], indptr[-1])
        labels = None if self.labels is None else self.labels[start:stop]
        return Records(indptr - indptr[0], self.keys[span], self.values[span], labels, self.dim)
