"""A model's answers as columns, which later answers can be compared with."""

from __future__ import annotations

import numpy as np
import polars as pl

from mlops.serving.arrays import Floats


def score_columns(scores: Floats, classes: tuple[str, ...]) -> pl.DataFrame:
    """Of two classes the probability of class 1, shape ``(rows,)``; of more each one's, and the likeliest."""
    if scores.ndim == 1:
        return pl.DataFrame({f"score of {classes[1]}": scores})
    likeliest = [classes[place] for place in np.argmax(scores, axis=1)]
    columns = {f"score of {name}": scores[:, place] for place, name in enumerate(classes)}
    return pl.DataFrame({**columns, "class": likeliest})
