"""Query results' types and values as Athena writes them.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from local_aws.hooks import Params

# DuckDB's type id: Athena's name, precision, scale.
_TYPES: dict[str, tuple[str, int, int]] = {
    "boolean": ("boolean", 0, 0),
    "tinyint": ("tinyint", 3, 0),
    "smallint": ("smallint", 5, 0),
    "integer": ("integer", 10, 0),
    "bigint": ("bigint", 19, 0),
    "hugeint": ("bigint", 19, 0),
    "uhugeint": ("bigint", 19, 0),
    "ubigint": ("bigint", 19, 0),
    "uinteger": ("bigint", 19, 0),
    "usmallint": ("integer", 10, 0),
    "utinyint": ("smallint", 5, 0),
    "float": ("float", 17, 0),
    "double": ("double", 17, 0),
    "varchar": ("varchar", 2147483647, 0),
    "date": ("date", 0, 0),
    "time": ("time", 3, 0),
    "timestamp": ("timestamp", 3, 0),
    "timestamp with time zone": ("timestamp with time zone", 3, 0),
    "blob": ("varbinary", 1073741824, 0),
    "list": ("array", 0, 0),
    "array": ("array", 0, 0),
    "map": ("map", 0, 0),
    "struct": ("row", 0, 0),
    "json": ("json", 0, 0),
    "null": ("unknown", 0, 0),
}

Render = Callable[[Any], str]


def column_info(name: str, duckdb_type: Any) -> Params:
    """A result column's ColumnInfo; ``duckdb_type`` is a DuckDBPyType of a cursor's description."""
    kind = str(duckdb_type.id)
    athena, precision, scale = _TYPES.get(kind, ("varchar", 2147483647, 0))
    if kind == "decimal":
        athena = "decimal"
        (_, precision), (_, scale) = duckdb_type.children
    return text_column(name, athena, precision, scale)


def text_column(name: str, athena_type: str = "string", precision: int = 0, scale: int = 0) -> Params:
    """A ColumnInfo of a given Athena type; a DDL statement's columns are plain strings."""
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": athena_type,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": athena_type == "varchar",
    }


def renderer(athena_type: str) -> Render:
    """How values of a type, none of them null, are written."""
    if athena_type == "double":
        return _double
    if athena_type == "float":
        return _float
    if athena_type in ("bigint", "integer", "smallint", "tinyint", "varchar"):
        return str
    return render


def render(value: Any) -> str:
    """Any value, nested ones included, as Athena writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, datetime):
        zone = f" {value.tzname()}" if value.tzinfo else ""
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}{zone}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes):
        return value.hex(" ")
    if isinstance(value, list):
        return f"[{', '.join(map(render, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{render(key)}={render(item)}" for key, item in value.items()) + "}"
    return str(value)


def _double(value: float) -> str:
    """Java's ``Double.toString``: plain between 0.001 and 10,000,000, else with an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    power = len(digits) - 1 + int(exponent)
    rest = "".join(map(str, digits[1:])).rstrip("0") or "0"
    return f"{'-' if sign else ''}{digits[0]}.{rest}E{power}"


def _float(value: float) -> str:
    """Single precision: as few digits as tell the value from its neighbours."""
    for precision in range(6, 10):
        shorter = float(f"{value:.{precision}g}")
        if struct.pack("f", shorter) == struct.pack("f", value):
            return _double(shorter)
    return _double(value)
