"""Write Fisher's 150 iris flowers, once: ``python -m examples.iris.fetch_data``.

They come from scikit-learn's own copy, so nothing is downloaded.
https://archive.ics.uci.edu/dataset/53/iris (CC BY 4.0)
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from sklearn.datasets import load_iris

from mlops.train.bundled_table import fetch

DATA = Path(__file__).parent / "data" / "iris.csv"


def flowers() -> pl.DataFrame:
    """The measures in centimetres and the species by name, 150 rows."""
    iris = load_iris()
    columns = [name.removesuffix(" (cm)").replace(" ", "_") for name in iris.feature_names]
    species = [str(iris.target_names[label]) for label in iris.target]
    return pl.DataFrame(iris.data, schema=columns).with_columns(species=pl.Series(species))


if __name__ == "__main__":
    fetch("The flowers", flowers, DATA)
