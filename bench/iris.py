"""Judge hyperparameters of the iris script by cross-validation on the training rows alone.

``python -m bench.iris --python PYTHON``, where PYTHON has what ``training/iris/script`` imports. With
``--held-out`` it trains on all training rows with one seed after the other, and counts what each network gets
right of the 30 held-out flowers: to report, not to choose by.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer
from rich.console import Console
from sklearn.model_selection import StratifiedKFold

from examples.iris.fetch_data import flowers
from mlops_spec import load_settings
from training.iris.flowers import DATA
from training.table import read_table, split

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "training/iris/script/train.py"
_FOLDS = 5
_LAST_EPOCH = re.compile(r"test_log_loss=(\S+) test_accuracy=(\S+)")

# Training rows, the rows to judge on, and the seed.
Fit = tuple[pl.DataFrame, pl.DataFrame, int]


def main(
    python: Annotated[Path, typer.Option(help="a Python with TensorFlow, Keras and matplotlib")],
    change: Annotated[list[str], typer.Option(help="NAME=VALUE of a hyperparameter")] = [],  # noqa: B006
    runs: Annotated[int, typer.Option(help="cross-validations, or seeds")] = 4,
    held_out: Annotated[bool, typer.Option(help="report on the held-out flowers")] = False,
) -> None:
    """Train with the example's hyperparameters, but for the changes, and report."""
    shipped = load_settings(ROOT, "iris").example.training.hyperparameters
    given = {**shipped, **dict(item.split("=", 1) for item in change)}
    rows = read_table(flowers().write_csv().encode(), DATA.key, DATA.table)
    train, test = split(rows, DATA.key, DATA.table, share=DATA.share, fewest=DATA.fewest)
    fits = [(train, test, seed) for seed in range(runs)] if held_out else list(_folds(train, runs))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = np.array(list(pool.map(lambda fit: _fit(python, given, fit), fits)))
    log_loss, accuracy = found.T
    console = Console(highlight=False)
    console.print(" ".join(f"{name}={value}" for name, value in given.items()))
    if held_out:
        right = Counter(int(count) for count in np.rint(accuracy * test.height))
        for count in sorted(right, reverse=True):
            console.print(f"{count} of {test.height} right: {right[count]} of {runs} seeds")
    console.print(f"accuracy {accuracy.mean():.3f}, log-loss {log_loss.mean():.3f}, {len(fits)} networks")


def _folds(rows: pl.DataFrame, runs: int) -> Iterator[Fit]:
    for seed in range(runs):
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
        for chosen, left in folds.split(np.arange(rows.height), rows["label"]):
            yield rows[chosen], rows[left], seed


def _fit(python: Path, hyperparameters: Mapping[str, object], fit: Fit) -> tuple[float, float]:
    """Log-loss and accuracy on the judging rows after the last epoch."""
    train, test, seed = fit
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for channel, rows in {"train": train, "test": test}.items():
            (folder / channel).mkdir()
            rows.write_csv(folder / channel / "flowers.csv")
        folders = {option: folder / option for option in ("train", "test", "model-dir", "output-data-dir")}
        options = {**hyperparameters, "seed": seed, **folders}
        given = [word for option, value in options.items() for word in (f"--{option}", str(value))]
        said = subprocess.check_output([python, SCRIPT, *given], stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    *_, (log_loss, accuracy) = _LAST_EPOCH.findall(said)
    return float(log_loss), float(accuracy)


if __name__ == "__main__":
    typer.run(main)
