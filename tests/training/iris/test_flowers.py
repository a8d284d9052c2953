"""Reading flowers: good files as they are, bad ones refused with every problem."""

from __future__ import annotations

import pytest

from examples.iris.fetch_data import flowers
from mlops_spec import InvalidInputError
from training.iris.flowers import MEASURES, read_flowers
from training.iris.prepare import split

HEAD = "sepal_length,sepal_width,petal_length,petal_width,species\n"


def problems(content: str) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        read_flowers(content.encode(), "iris.csv")
    return [str(problem) for problem in refused.value.problems]


def test_fishers_flowers_are_read_whole() -> None:
    read = read_flowers(flowers().write_csv().encode(), "iris.csv")
    assert read.shape == (150, 5)
    assert read["label"].value_counts().sort("label").rows() == [(0, 50), (1, 50), (2, 50)]
    assert read.row(0) == (5.1, 3.5, 1.4, 0.2, 0)


def test_a_fifth_of_each_species_is_held_out_and_the_same_each_time() -> None:
    read = read_flowers(flowers().write_csv().encode(), "iris.csv")
    train, held_out = split(read)
    assert (train.height, held_out.height) == (120, 30)
    assert held_out["label"].value_counts().sort("label").rows() == [(0, 10), (1, 10), (2, 10)]
    assert split(read)[1].equals(held_out)


def test_every_bad_value_is_told_with_its_row() -> None:
    told = problems(f"{HEAD}5.1,x,1.4,0.2,setosa\n5.1,3.5,-1,0.2,tulip\n5.1,3.5,1.4,,virginica\n")
    assert told[0].startswith("iris.csv: row 1, sepal_width: given 'x'; allowed: centimetres above 0")
    assert told[1].startswith("iris.csv: row 2, petal_length: given '-1'")
    assert told[2].startswith(
        "iris.csv: row 2, species: given 'tulip'; allowed: setosa, versicolor, virginica"
    )
    assert told[3].startswith("iris.csv: row 3, petal_width: given None")


def test_of_many_bad_values_the_first_20_are_told_and_the_rest_counted() -> None:
    told = problems(HEAD + "5.1,3.5,1.4,0.2,tulip\n" * 25)
    assert len(told) == 21
    assert "5 more values like these" in told[-1]


def test_every_missing_column_is_told() -> None:
    told = problems("sepal_length,species\n5.1,setosa\n")
    assert [line.split(": ")[1] for line in told] == list(MEASURES[1:])


@pytest.mark.parametrize("content", ["", "a,b\n1,2,3\n"])
def test_what_is_no_table_is_refused(content: str) -> None:
    assert problems(content)


def test_a_species_with_too_few_flowers_is_named() -> None:
    read = read_flowers(flowers().head(110).write_csv().encode(), "iris.csv")
    with pytest.raises(InvalidInputError, match="virginica: given 10 flowers; allowed: at least 25"):
        split(read)
