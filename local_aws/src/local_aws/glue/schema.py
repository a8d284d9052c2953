"""What a classifier makes of a file, and how the schemas of several files become one table's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from types import MappingProxyType

TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
# Glue puts files into one table when their schemas are this alike:
# https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
_SIMILARITY = 0.7
_NUMBERS = ("int", "bigint", "double")


@dataclass(frozen=True)
class Schema:
    """A file's format and columns, in the catalogue's terms."""

    classification: str
    columns: tuple[tuple[str, str], ...]
    serde: str
    serde_parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    compression: str = "none"
    input_format: str = TEXT_INPUT
    output_format: str = TEXT_OUTPUT
    average_record_size: int = 0

    def is_like(self, other: Schema) -> bool:
        """Whether files of both belong into one table."""
        if (self.classification, self.compression) != (other.classification, other.compression):
            return False
        if self.parameters.get("delimiter") != other.parameters.get("delimiter"):
            return False
        mine, theirs = ({name for name, _ in schema.columns} for schema in (self, other))
        return len(mine & theirs) >= _SIMILARITY * max(len(mine), len(theirs))


UNKNOWN = Schema("UNKNOWN", (), "", input_format="", output_format="")


def merge(schemas: Iterable[Schema]) -> Schema:
    """One schema for all the files of a table: every column, each of a type that holds every value."""
    return reduce(_merge_two, schemas)


def wider_type(one: str, other: str) -> str:
    """The narrowest of Glue's types that holds both; text where nothing else does."""
    if one == other:
        return one
    if one in _NUMBERS and other in _NUMBERS:
        return max(one, other, key=_NUMBERS.index)
    return "string"


def _merge_two(one: Schema, other: Schema) -> Schema:
    columns = dict(one.columns)
    for name, kind in other.columns:
        columns[name] = wider_type(columns.get(name, kind), kind)
    return replace(
        one,
        columns=tuple(columns.items()),
        serde_parameters={**other.serde_parameters, **one.serde_parameters},
        average_record_size=max(one.average_record_size, other.average_record_size),
    )
