"""Flowers to training data: ``python -m training.iris.prepare``, in a pipeline's build."""

from __future__ import annotations

from mlops.train.build import Log, load_build, run
from mlops.train.prepare_table import prepare_table
from training.iris.flowers import DATA


def main() -> None:
    """Prepare the data of the build that the environment describes."""
    prepare_table(load_build(), DATA, Log())


if __name__ == "__main__":
    run(main)
