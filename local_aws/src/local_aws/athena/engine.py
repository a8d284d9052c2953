"""DuckDB as Athena's engine: the tables that a query names become views over fetched files."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import sqlglot
from duckdb.sqltypes import DuckDBPyType
from sqlglot import exp

from local_aws.athena.catalogue import CATALOG, Catalogue
from local_aws.athena.errors import QueryError, of_duckdb, table_not_found
from local_aws.athena.fetch import Fetcher, QueryCancelledError
from local_aws.athena.serde import TableFormat, literal, quoted
from local_aws.hive_types import duckdb_type
from local_aws.hooks import Params
from local_aws.s3_location import S3Location

# A query that needs more spills to disk.
_MEMORY_LIMIT = "1GB"
_BATCH = 10_000
# The name of a result's nameless column until its number is known.
UNNAMED = "?column?"
_VIEW_PREFIX, _VIEW_SUFFIX = "/* Presto View: ", " */"


class Engine:
    """One query's DuckDB; a context manager. ``folder`` is removed by the caller."""

    def __init__(self, catalogue: Catalogue, fetcher: Fetcher, database: str, folder: Path) -> None:
        self.catalogue = catalogue
        self.fetcher = fetcher
        self.folder = folder
        self._database = database
        self._known: set[tuple[str, str]] = set()
        settings = {
            "memory_limit": literal(_MEMORY_LIMIT),
            "temp_directory": literal(str(folder / "spill")),
            "allowed_directories": f"[{literal(str(folder))}]",
            "TimeZone": "'UTC'",
            "integer_division": "true",  # as Athena divides integers
            "enable_external_access": "false",
        }
        self.connection = duckdb.connect()
        for name, value in settings.items():
            self.connection.execute(f"SET {name} = {value}")

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def run(self, query: exp.Expr) -> duckdb.DuckDBPyConnection:
        """Run a query; its rows are fetched from the connection as they are computed.

        Raises:
            QueryError: with Athena's reason.
            QueryCancelledError: the query was interrupted.
        """
        translated = self.translate(query)
        return self.execute(translated, query)

    def execute(self, sql: str, query: exp.Expr) -> duckdb.DuckDBPyConnection:
        """Run DuckDB's SQL; errors are told in terms of ``query``."""
        try:
            return self.connection.execute(sql)
        except duckdb.InterruptException as error:
            raise QueryCancelledError from error
        except duckdb.Error as error:
            raise of_duckdb(error, query) from error

    def columns(self, sql: str, query: exp.Expr) -> list[tuple[str, DuckDBPyType]]:
        """The names and types of what DuckDB's SQL will return; nothing is computed yet."""
        try:
            relation = self.connection.sql(sql)
        except duckdb.Error as error:
            raise of_duckdb(error, query) from error
        return list(zip(relation.columns, relation.types, strict=True))

    def batches(self, sql: str, query: exp.Expr) -> Iterator[list[tuple[Any, ...]]]:
        """The rows as DuckDB computes them; an error may come with any of them."""
        rows = self.execute(sql, query)
        try:
            while batch := rows.fetchmany(_BATCH):
                yield batch
        except duckdb.InterruptException as error:
            raise QueryCancelledError from error
        except duckdb.Error as error:
            raise of_duckdb(error, query) from error

    def translate(self, query: exp.Expr, database: str | None = None) -> str:
        """DuckDB's SQL of a query, after a view was made of every table in it."""
        local = query.copy()
        named = {cte.alias_or_name.lower() for cte in local.find_all(exp.CTE)}
        for table in list(local.find_all(exp.Table)):
            if isinstance(table.this, exp.Identifier) and (table.db or table.name.lower() not in named):
                self._resolve(table, database or self._database)
        _mark_unnamed(local)
        return local.sql("duckdb")

    def _resolve(self, table: exp.Table, database: str) -> None:
        """Name the table in full, as the view that stands for it."""
        if table.catalog and table.catalog.lower() != CATALOG.lower():
            raise QueryError(f"CATALOG_NOT_FOUND: Catalog '{table.catalog}' does not exist")
        database, name = (table.db or database).lower(), table.name.lower()
        if (database, name) not in self._known:
            stored = self.catalogue.table(database, name)
            if stored is None:
                raise table_not_found(table, database)
            view = f"{quoted(database)}.{quoted(name)}"
            self.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(database)}", table)
            self.execute(f"CREATE VIEW {view} AS {self._source(stored)}", table)
            self._known.add((database, name))
        table.set("catalog", None)
        table.set("db", exp.to_identifier(database, quoted=True))
        table.set("this", exp.to_identifier(name, quoted=True))

    def _source(self, table: Params) -> str:
        if table.get("TableType") == "VIRTUAL_VIEW":
            definition = view_definition(table)
            inner = sqlglot.parse_one(definition["originalSql"], dialect="athena")
            return self.translate(inner, definition.get("schema"))
        form = TableFormat.of(table)
        if table.get("PartitionKeys"):
            return self._partitioned(table, form)
        files = form.fetch(self.fetcher, S3Location.parse(table["StorageDescriptor"]["Location"]))
        return f"SELECT * EXCLUDE (filename) FROM ({form.query(files)})"  # noqa: S608

    def _partitioned(self, table: Params, form: TableFormat) -> str:
        """The partitions' values, joined to the rows by the file that holds them."""
        keys = [(key["Name"].lower(), duckdb_type(key["Type"])) for key in table["PartitionKeys"]]
        files: list[Path] = []
        rows = [f"({', '.join(['NULL'] * (len(keys) + 1))})"]
        for partition in self.catalogue.partitions(table):
            fetched = form.fetch(self.fetcher, S3Location.parse(partition["StorageDescriptor"]["Location"]))
            values = ", ".join(literal(value) for value in partition["Values"])
            files += fetched
            rows += [f"({literal(str(file))}, {values})" for file in fetched]
        names = ", ".join(["filename", *(quoted(name) for name, _ in keys)])
        typed = ", ".join(f"CAST(p.{quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in keys)
        return (
            f"SELECT r.* EXCLUDE (filename), {typed} FROM ({form.query(files)}) AS r "  # noqa: S608
            f"JOIN (VALUES {', '.join(rows)}) AS p({names}) USING (filename)"
        )


def view_definition(table: Params) -> Params:
    """What a view's ViewOriginalText says, in Trino's encoding."""
    encoded = table.get("ViewOriginalText", "").removeprefix(_VIEW_PREFIX).removesuffix(_VIEW_SUFFIX)
    definition: Params = json.loads(base64.b64decode(encoded))
    return definition


def view_text(definition: Params) -> str:
    """The ViewOriginalText of a view."""
    return f"{_VIEW_PREFIX}{base64.b64encode(json.dumps(definition).encode()).decode()}{_VIEW_SUFFIX}"


def _mark_unnamed(query: exp.Expr) -> None:
    """Alias the result's nameless expressions, so that they can be told from a star's columns later."""
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    for item in list(query.expressions) if isinstance(query, exp.Select) else []:
        if not isinstance(item, (exp.Alias, exp.Column, exp.Dot, exp.Star)):
            item.replace(exp.alias_(item.copy(), UNNAMED, quoted=True))
