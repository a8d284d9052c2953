"""Glue's CSV classifiers: the built-in one and custom ones.

https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-builtin-rules
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace

from local_aws.glue.classifiers import CsvClassifier
from local_aws.glue.sample import Sample
from local_aws.glue.schema import Schema

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_DELIMITERS = (",", "|", "\t", ";", "\x01")
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,19}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NAME_LIMIT = 150
# A file is no table if many of its lines have another number of fields.
_REGULARITY = 0.9
_HIVE_TYPES = {"LONG": "bigint", "SHORT": "smallint"}

Rows = list[list[str]]


def classify_csv(sample: Sample) -> Schema | None:
    """The built-in classifier: at least two columns and two rows, and a delimiter that makes them regular."""
    lines = sample.lines()
    readings = []
    for delimiter in _DELIMITERS:
        rows, regularity = _regular(list(csv.reader(lines, delimiter=delimiter)))
        if len(rows) >= 2 and len(rows[0]) >= 2 and regularity >= _REGULARITY:
            readings.append((regularity, len(rows[0]), delimiter, rows))
    if not readings:
        return None
    _, _, delimiter, rows = max(readings, key=lambda reading: reading[:2])
    header = _looks_like_header(rows)
    names = rows[0] if header else [f"col{index}" for index in range(len(rows[0]))]
    return _schema(sample, lines, rows[header:], names, delimiter, header=header)


def classify_custom_csv(sample: Sample, classifier: CsvClassifier) -> Schema | None:
    """A custom classifier: takes the file if every row has as many fields as it names columns."""
    lines = sample.lines()
    # Without a quote character, the reader takes quotes for text.
    read = list(csv.reader(lines, delimiter=classifier.delimiter, quotechar=classifier.quote))
    rows, regularity = _regular(read)
    width = len(rows[0]) if rows else 0
    wanted = len(classifier.header) or width
    if width != wanted or regularity < _REGULARITY or (width < 2 and not classifier.allow_single_column):
        return None
    names = list(classifier.header)
    if classifier.contains_header == "UNKNOWN":
        header = _looks_like_header(rows) if not names else _lower(rows[0]) == _lower(names)
    else:
        header = classifier.contains_header == "PRESENT"
    if not names:
        names = rows[0] if header else [f"col{index}" for index in range(width)]
    schema = _schema(sample, lines, rows[header:], names, classifier.delimiter, header=header)
    if classifier.datatypes:
        kinds = [_HIVE_TYPES.get(kind.upper(), kind.lower()) for kind in classifier.datatypes]
        schema = replace(schema, columns=tuple(zip(_lower(names), kinds, strict=False)))
    if classifier.serde == "OpenCSVSerDe":
        parameters = {"separatorChar": classifier.delimiter, "quoteChar": classifier.quote or '"'}
        schema = replace(schema, serde=OPEN_CSV, serde_parameters=parameters)
    return schema


def _regular(rows: Rows) -> tuple[Rows, float]:
    """The rows of the most frequent width, and their share of all."""
    if not rows:
        return [], 0.0
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    regular = [row for row in rows if len(row) == width]
    return regular, len(regular) / len(rows)


def _looks_like_header(rows: Rows) -> bool:
    first, rest = rows[0], rows[1:]
    named = all(_column_type([name]) == "string" and 0 < len(name) < _NAME_LIMIT for name in first[:-1])
    last_is_name = not first[-1] or _column_type([first[-1]]) == "string"
    data_differs = any(_column_type(list(column)) != "string" for column in zip(*rest, strict=True))
    return named and last_is_name and data_differs


def _column_type(values: list[str]) -> str:
    present = [value.strip() for value in values if value.strip()]
    if not present:
        return "string"
    if all(_WHOLE_NUMBER.fullmatch(value) for value in present):
        return "bigint" if all(-(2**63) <= int(value) < 2**63 for value in present) else "double"
    return "double" if all(_NUMBER.fullmatch(value) for value in present) else "string"


def _lower(names: list[str] | tuple[str, ...]) -> list[str]:
    return [name.strip().lower() for name in names]


def _schema(
    sample: Sample, lines: list[str], rows: Rows, names: list[str], delimiter: str, *, header: bool
) -> Schema:
    kinds = [_column_type(list(column)) for column in zip(*rows, strict=True)] or ["string"] * len(names)
    parameters = {
        "areColumnsQuoted": str(any('"' in (line[:1], line[-1:]) for line in lines)).lower(),
        "columnsOrdered": "true",
        "delimiter": delimiter,
    }
    if header:
        parameters["skip.header.line.count"] = "1"
    serde_parameters = {"field.delim": delimiter}
    if sample.encoding != "UTF-8":
        serde_parameters["serialization.encoding"] = sample.encoding
    return Schema(
        "csv",
        tuple(zip(_lower(names), kinds, strict=True)),
        LAZY_SIMPLE,
        serde_parameters,
        parameters,
        average_record_size=sum(len(line) + 1 for line in lines) // len(lines),
    )
