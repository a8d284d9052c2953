"""A failed query's reason, in Athena's words.

https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb
from sqlglot import exp

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r'Referenced (?:column|table) "(?P<name>[^"]+)" not found'),
        "COLUMN_NOT_FOUND: {at}Column '{name}' cannot be resolved or requester is not authorized to access "
        "requested resources",
    ),
    (
        re.compile(r'does not have a column named "(?P<name>[^"]+)"'),
        "COLUMN_NOT_FOUND: {at}Column '{name}' cannot be resolved or requester is not authorized to access "
        "requested resources",
    ),
    (
        re.compile(r"Function with name (?P<name>\S+) does not exist"),
        "FUNCTION_NOT_FOUND: {at}Function '{name}' not registered",
    ),
    (re.compile(r"No function matches"), "FUNCTION_NOT_FOUND: {said}"),
    (re.compile(r"Division by zero"), "DIVISION_BY_ZERO: / by zero"),
    (re.compile(r"CSV Error on Line|JSON transform error|Failed to cast"), "HIVE_BAD_DATA: {detail}"),
    (
        re.compile(r"Could not convert string '(?P<name>.*?)' to (?P<type>\w+)"),
        "INVALID_CAST_ARGUMENT: Cannot cast '{name}' to {type}",
    ),
    (re.compile(r"Out of Memory", re.IGNORECASE), "EXCEEDED_MEMORY_LIMIT: {said}"),
)
_TRINO_TYPES = {"INT64": "bigint", "INT32": "integer", "INT16": "smallint", "INT8": "tinyint"}


class QueryError(Exception):
    """The query cannot succeed; the message is Athena's ``StateChangeReason``.

    ``category`` is 1 for a fault of the system's, 2 for one of the user's.
    """

    def __init__(self, reason: str, category: int = 2) -> None:
        super().__init__(reason)
        self.reason = reason
        self.category = category


def table_not_found(table: exp.Table, database: str) -> QueryError:
    """A table that the catalogue does not have."""
    at = position([table.this])
    return QueryError(f"TABLE_NOT_FOUND: {at}Table 'awsdatacatalog.{database}.{table.name}' does not exist")


def of_duckdb(error: duckdb.Error, statement: exp.Expr) -> QueryError:
    """DuckDB's error as Athena would say it, with the place in the statement as it was written."""
    said, _, rest = str(error).partition("\n")
    detail = next((line for line in rest.splitlines() if line.startswith("Error when")), said)
    for pattern, reason in _RULES:
        match = pattern.search(str(error))
        if match:
            found = match.groupdict()
            name = found.get("name", "")
            kind = found.get("type") or ""
            nodes = statement.find_all(exp.Identifier, exp.Anonymous)
            named = [node for node in nodes if node.name.lower() == name.lower()]
            return QueryError(
                reason.format(
                    name=name,
                    type=_TRINO_TYPES.get(kind, kind.lower()),
                    at=position(named),
                    said=said,
                    detail=detail,
                )
            )
    user_error = isinstance(error, (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException))
    code = "SYNTAX_ERROR" if user_error else "GENERIC_USER_ERROR"
    return QueryError(f"{code}: {said.partition(': ')[2] or said}")


def position(nodes: Iterable[exp.Expr]) -> str:
    """``line 1:8: `` of the first node, columns counted from 1; empty if that is not known."""
    for node in nodes:
        if "start" in node.meta:
            column = node.meta["col"] - (node.meta["end"] - node.meta["start"])
            return f"line {node.meta['line']}:{column}: "
    return ""
