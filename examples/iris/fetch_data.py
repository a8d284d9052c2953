"""Write Fisher's 150 iris flowers, once: ``python -m examples.iris.fetch_data``.

They come from scikit-learn's own copy, so nothing is downloaded.
https://archive.ics.uci.edu/dataset/53/iris (CC BY 4.0)
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from sklearn.datasets import load_iris

DATA = Path(__file__).parent / "data" / "iris.csv"


def flowers() -> pl.DataFrame:
    """The measures in centimetres and the species by name, 150 rows."""
    iris = load_iris()
    columns = [name.removesuffix(" (cm)").replace(" ", "_") for name in iris.feature_names]
    species = [str(iris.target_names[label]) for label in iris.target]
    return pl.DataFrame(iris.data, schema=columns).with_columns(species=pl.Series(species))


def main(path: Annotated[Path, typer.Option(help="the file to write")] = DATA) -> None:
    """Write the flowers from scikit-learn's copy, unless they are there already."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    content = flowers().write_csv()
    try:
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            console.print(f"The flowers are in {path} already; nothing to do.")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        console.print(
            f"The flowers cannot be written to {path}: {error.strerror or error}. Choose another --path."
        )
        raise typer.Exit(1) from error
    console.print(f"The flowers are in {path}.")


if __name__ == "__main__":
    typer.run(main)
