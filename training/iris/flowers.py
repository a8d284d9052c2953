"""Iris flowers: their measures, their species, and what is wrong with a file of them.

R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936):
https://doi.org/10.24432/C56C76
"""

from __future__ import annotations

import io

import polars as pl

from mlops_spec import InvalidInputError, Problem

MEASURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")
SPECIES = ("setosa", "versicolor", "virginica")
_LONGEST_CM = 100.0
_LISTED = 20


def read_flowers(content: bytes, name: str) -> pl.DataFrame:
    """The measures in centimetres, float64, and ``label``, the number of the species; rows as in the file.

    Raises:
        InvalidInputError: with every value that is no measure or no species (of many the first 20).
    """
    try:
        text = pl.read_csv(io.BytesIO(content), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        given = str(error).splitlines()[0]
        raise InvalidInputError([Problem(name, "(file)", given, "a CSV file", "Mend the file.")]) from error
    columns = [*MEASURES, "species"]
    missing = [column for column in columns if column not in text.columns]
    if missing:
        allowed = f"the columns {', '.join(columns)}"
        raise InvalidInputError(
            Problem(name, column, "no such column", allowed, "Name it in the file's first line.")
            for column in missing
        )
    species = pl.col("species").replace_strict(
        SPECIES, range(len(SPECIES)), default=None, return_dtype=pl.Int64
    )
    flowers = text.select(
        *(pl.col(measure).str.strip_chars().cast(pl.Float64, strict=False) for measure in MEASURES),
        label=species,
    )
    problems = _problems(text, flowers, name)
    if problems:
        raise InvalidInputError(problems)
    return flowers


def _problems(text: pl.DataFrame, flowers: pl.DataFrame, name: str) -> list[Problem]:
    good = {measure: flowers[measure].is_between(0, _LONGEST_CM, closed="right") for measure in MEASURES}
    good["label"] = flowers["label"].is_not_null()
    found = []
    for column, rows in good.items():
        source = "species" if column == "label" else column
        allowed = ", ".join(SPECIES) if column == "label" else f"centimetres above 0, at most {_LONGEST_CM:g}"
        for row in (~rows.fill_null(value=False)).arg_true():
            given = repr(text[source][row])
            problem = Problem(name, f"row {row + 1}, {source}", given, allowed, "Mend or remove the row.")
            found.append((row, problem))
    listed = [problem for _, problem in sorted(found, key=lambda item: item[0])]
    if len(listed) > _LISTED:
        given = f"{len(listed) - _LISTED} more values like these"
        return [
            *listed[:_LISTED],
            Problem(name, "(further rows)", given, "as above", "Mend or remove them as well."),
        ]
    return listed
