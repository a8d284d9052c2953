"""Fisher's flowers as training takes them."""

from __future__ import annotations

from examples.iris.fetch_data import flowers
from mlops.train.table import read_table, split
from training.iris.flowers import DATA, FLOWERS


def test_fishers_flowers_are_read_whole_and_a_fifth_of_each_species_is_held_out() -> None:
    read = read_table(flowers().write_csv().encode(), "iris.csv", FLOWERS)
    assert read.shape == (150, 5)
    assert read.row(0) == (5.1, 3.5, 1.4, 0.2, 0)
    train, held_out = split(read, "iris.csv", FLOWERS, share=DATA.share, fewest=DATA.fewest)
    assert train["label"].value_counts().sort("label").rows() == [(0, 40), (1, 40), (2, 40)]
    assert held_out["label"].value_counts().sort("label").rows() == [(0, 10), (1, 10), (2, 10)]
