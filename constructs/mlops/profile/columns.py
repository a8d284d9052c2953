"""A column as counts in bins: numbers between quantiles, categories by name."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Places = NDArray[np.int64]

_BINS = 10
_CATEGORIES = 20


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Numbers(_Frozen):
    """Bins ``(-inf, cuts[0]]``, ``(cuts[0], cuts[1]]``, …, ``(cuts[-1], inf)``, and the missing values.

    The cuts are quantiles, so that about as many values are in each bin; of a value that many rows have
    there are fewer bins.
    """

    kind: Literal["numbers"] = "numbers"
    cuts: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int = Field(default=0, ge=0)

    @classmethod
    def of(cls, values: pl.Series, weights: NDArray[Any] | None = None) -> Self:
        """Count ``values``; each stands for as many rows as ``weights`` says, for one without."""
        found = _floats(values)
        times = np.ones(len(found), np.int64) if weights is None else weights.astype(np.int64)
        known = np.isfinite(found) & (times > 0)
        cuts = _quantiles(found[known], times[known])
        empty = cls(cuts=tuple(cuts.tolist()), counts=(0,) * (len(cuts) + 1))
        counts = np.bincount(empty.places(values), times, len(cuts) + 2).astype(np.int64).tolist()
        return cls(cuts=empty.cuts, counts=tuple(counts[:-1]), missing=counts[-1])

    @property
    def all_counts(self) -> Places:
        """The rows of each bin, those without a value last."""
        return np.array([*self.counts, self.missing], np.int64)

    @property
    def labels(self) -> tuple[str, ...]:
        """The bins in words, in the order of ``all_counts``."""
        texts = [f"{cut:.3g}" for cut in self.cuts]
        between = [f"{low} to {high}" for low, high in pairwise(texts)]
        ends = (f"up to {texts[0]}", f"above {texts[-1]}") if texts else ("any", "any")
        return (ends[0], *between, *([ends[1]] if texts else []), "missing")

    def places(self, values: pl.Series) -> Places:
        """The number of each value's bin; what is no finite number is missing."""
        found = _floats(values)
        places = np.searchsorted(np.array(self.cuts, np.float64), found, side="left")
        return np.where(np.isfinite(found), places, len(self.cuts) + 1).astype(np.int64)


class Categories(_Frozen):
    """The most frequent values by name, and how many rows have any ``other``."""

    kind: Literal["categories"] = "categories"
    counts: dict[str, int]
    other: int = Field(default=0, ge=0)
    missing: int = Field(default=0, ge=0)

    @classmethod
    def of(cls, values: pl.Series) -> Self:
        """Count ``values``, as text."""
        found = values.cast(pl.String).drop_nulls().value_counts(sort=True, name="rows")
        # Of equally frequent ones always the same.
        ordered = sorted(found.iter_rows(), key=lambda item: (-item[1], item[0]))
        kept = dict(ordered[:_CATEGORIES])
        rest = sum(count for _, count in ordered[_CATEGORIES:])
        return cls(counts=kept, other=rest, missing=values.null_count())

    @property
    def all_counts(self) -> Places:
        """The rows of each category, of any other, and of none."""
        return np.array([*self.counts.values(), self.other, self.missing], np.int64)

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories, in the order of ``all_counts``."""
        return (*self.counts, "other", "missing")

    def places(self, values: pl.Series) -> Places:
        """The number of each value's category."""
        numbers = {name: place for place, name in enumerate(self.counts)}
        other = len(numbers)
        found = values.cast(pl.String).to_list()
        return np.array([other + 1 if name is None else numbers.get(name, other) for name in found], np.int64)


Column = Annotated[Numbers | Categories, Field(discriminator="kind")]


def column_of(values: pl.Series) -> Numbers | Categories:
    """Numbers as numbers, everything else as categories."""
    return Numbers.of(values) if values.dtype.is_numeric() else Categories.of(values)


def _floats(values: pl.Series) -> NDArray[np.float64]:
    return values.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def _quantiles(values: NDArray[np.float64], weights: Places) -> NDArray[np.float64]:
    """The different deciles. A value that fills the first bin alone is told from anything below it."""
    if len(values) == 0:
        return np.zeros(0)
    order = np.argsort(values, kind="stable")
    ordered, rows = values[order], np.cumsum(weights[order])
    wanted = rows[-1] * np.arange(1, _BINS) / _BINS
    cuts = np.unique(ordered[np.searchsorted(rows, wanted)])
    return np.concatenate(([np.nextafter(ordered[0], -np.inf)], cuts)) if cuts[0] == ordered[0] else cuts
