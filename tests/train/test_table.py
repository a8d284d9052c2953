"""Reading a table: good files as they are, bad ones refused with every problem; splitting it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from mlops.spec import InvalidInputError
from mlops.train.table import Table, read_table, split

TABLE = Table("fruits", ("weight", "sugar"), "kind", ("apple", "pear"), above=0, at_most=100, unit="grams")
HEAD = "weight,sugar,kind\n"
ROWS = pl.DataFrame({"weight": range(100), "sugar": range(100), "label": [0, 1, 1, 1, 1] * 20})


def problems(content: str, table: Table = TABLE) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        read_table(content.encode(), "fruits.csv", table)
    return [str(problem) for problem in refused.value.problems]


def test_features_become_numbers_and_classes_their_places() -> None:
    read = read_table(b"kind,weight,colour,sugar\npear,1.5,red, 2\napple,3,,4\n", "fruits.csv", TABLE)
    assert read.rows(named=True) == [
        {"weight": 1.5, "sugar": 2.0, "label": 1},
        {"weight": 3.0, "sugar": 4.0, "label": 0},
    ]


def test_every_bad_value_is_told_with_its_row() -> None:
    told = problems(f"{HEAD}1,x,pear\n101,0,quince\n1,,pear\n")
    assert told[0].startswith("fruits.csv: row 1, sugar: given 'x'; allowed: grams above 0, at most 100")
    assert told[1].startswith("fruits.csv: row 2, weight: given '101'")
    assert told[2].startswith("fruits.csv: row 2, sugar: given '0'")
    assert told[3].startswith("fruits.csv: row 2, kind: given 'quince'; allowed: apple, pear")
    assert told[4].startswith("fruits.csv: row 3, sugar: given None")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", ""])
def test_without_limits_every_finite_number_is_good(value: str) -> None:
    free = Table("fruits", TABLE.features, TABLE.label, TABLE.classes)
    assert read_table(f"{HEAD}-1e9,0,pear\n".encode(), "fruits.csv", free).height == 1
    (told,) = problems(f"{HEAD}1,{value},pear\n", free)
    assert "allowed: a finite number." in told


def test_of_many_bad_values_the_first_20_are_told_and_the_rest_counted() -> None:
    told = problems(HEAD + "1,1,quince\n" * 25)
    assert len(told) == 21
    assert "5 more values like these" in told[-1]


def test_every_missing_column_is_told() -> None:
    assert [line.split(": ")[1] for line in problems("colour,kind\nred,pear\n")] == ["weight", "sugar"]


@pytest.mark.parametrize("content", ["", "a,b\n1,2,3\n"])
def test_what_is_no_table_is_refused(content: str) -> None:
    assert problems(content)


def test_a_share_of_each_class_is_held_out_and_the_same_each_time() -> None:
    train, held_out = split(ROWS, "fruits.csv", TABLE, share=0.25, fewest=20)
    assert (train.height, held_out.height) == (75, 25)
    assert held_out["label"].value_counts().sort("label").rows() == [(0, 5), (1, 20)]
    assert split(ROWS, "fruits.csv", TABLE, share=0.25, fewest=20)[1].equals(held_out)


def test_every_class_with_too_few_rows_is_named() -> None:
    table = replace(TABLE, classes=(*TABLE.classes, "quince"))
    with pytest.raises(InvalidInputError) as refused:
        split(ROWS, "fruits.csv", table, share=0.25, fewest=21)
    told = [str(problem) for problem in refused.value.problems]
    assert told[0].startswith("fruits.csv: apple: given 20 fruits; allowed: at least 21 fruits")
    assert told[1].startswith("fruits.csv: quince: given 0 fruits")
