"""Column types as Glue's catalogue writes them (Hive's), and as DuckDB does.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError

_OF_DUCKDB = {
    "HUGEINT": "bigint",  # DuckDB's sum of integers; Athena's is a bigint
    "UHUGEINT": "bigint",
    "UBIGINT": "bigint",
    "UINTEGER": "bigint",
    "USMALLINT": "int",
    "UTINYINT": "smallint",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_S": "timestamp",
    '"NULL"': "string",
    "UUID": "string",
    "TIME": "string",
    "JSON": "string",
}


def duckdb_type(hive_type: str) -> str:
    """DuckDB's name of a Hive type: ``array<struct<a:int>>`` is ``STRUCT(a INT)[]``.

    Raises:
        ValueError: not a Hive type.
    """
    try:
        return exp.DataType.build(hive_type, dialect="hive").sql("duckdb")
    except SqlglotError as error:
        raise ValueError(f"{hive_type!r} is not a Hive type") from error


def hive_type(duckdb_type: str) -> str:
    """Hive's name of a DuckDB type, as Glue writes it: lower case, no spaces."""
    known = _OF_DUCKDB.get(duckdb_type)
    if known is not None:
        return known
    written = exp.DataType.build(duckdb_type, dialect="duckdb").sql("hive")
    return written.lower().replace(": ", ":").replace(", ", ",")
