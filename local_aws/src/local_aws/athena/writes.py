"""Statements that write data: CREATE TABLE AS, INSERT INTO, UNLOAD.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from local_aws.athena.engine import UNNAMED, Engine
from local_aws.athena.errors import QueryError, table_not_found
from local_aws.athena.outcome import Outcome
from local_aws.athena.serde import TableFormat, literal, quoted
from local_aws.athena.storage import FORMATS, StorageFormat, storage_descriptor
from local_aws.hive_types import duckdb_type, hive_type
from local_aws.s3_location import S3Location

_UNLOAD = re.compile(
    r"\s*UNLOAD\s*\((?P<query>.*)\)\s*TO\s*'(?P<to>[^']+)'\s*(?:WITH\s*\((?P<options>.*)\))?\s*$",
    re.IGNORECASE | re.DOTALL,
)

Columns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Target:
    """Where and how a query's rows are written."""

    location: S3Location
    format: StorageFormat
    delimiter: str
    partitioned_by: tuple[str, ...] = ()

    @classmethod
    def of(cls, location: S3Location, options: Mapping[str, exp.Expr]) -> Target:
        """The target that a statement's ``WITH (...)`` asks for.

        Raises:
            QueryError: a format that the local AWS does not write.
        """
        name = options["format"].name.upper() if "format" in options else "PARQUET"
        if name not in FORMATS:
            raise QueryError(f"NOT_SUPPORTED: the local AWS writes {', '.join(FORMATS)}, not {name}")
        delimiter = options["field_delimiter"].name if "field_delimiter" in options else "\x01"
        keys = options["partitioned_by"].expressions if "partitioned_by" in options else []
        return cls(location, FORMATS[name], delimiter, tuple(key.name.lower() for key in keys))


def create_table_as(engine: Engine, tree: exp.Create, database: str, default: S3Location) -> Outcome:
    """Write the rows, then the table over them; ``default`` is where they go if nothing is said."""
    table = tree.find(exp.Table)
    database, name = (table.db if table else "") or database, table.name if table else ""
    if engine.catalogue.table(database, name):
        if tree.args.get("exists"):
            return Outcome()
        raise QueryError(f"TABLE_ALREADY_EXISTS: Table 'awsdatacatalog.{database}.{name}' already exists")
    if engine.catalogue.database(database) is None:
        raise QueryError(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist")
    options = _options(tree.args.get("properties"))
    external = options.get("external_location")
    target = Target.of(S3Location.parse(external.name) if external else default, options)
    if next(engine.fetcher.objects(target.location), None):
        raise QueryError(
            f"HIVE_PATH_ALREADY_EXISTS: Target directory for table '{database}.{name}' already exists: "
            f"{target.location}."
        )
    columns, outcome = _write(engine, engine.translate(tree.expression), tree, target)
    described = [{"Name": column, "Type": kind} for column, kind in columns]
    parameters = {"field.delim": target.delimiter} if "csv" in target.format.copy_options else {}
    engine.catalogue.glue.create_table(
        DatabaseName=database.lower(),
        TableInput={
            "Name": name.lower(),
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": storage_descriptor(
                [column for column in described if column["Name"] not in target.partitioned_by],
                target.location,
                target.format,
                parameters,
            ),
            "PartitionKeys": [column for column in described if column["Name"] in target.partitioned_by],
            "Parameters": {"EXTERNAL": "TRUE"},
        },
    )
    _add_partitions(engine, database, name, outcome.written)
    return outcome


def insert(engine: Engine, tree: exp.Insert, database: str) -> Outcome:
    """Write the rows as more files of the table; columns that are not named are null."""
    node = tree.find(exp.Table)
    database, name = (node.db if node else "") or database, node.name if node else ""
    table = engine.catalogue.table(database, name)
    if table is None or node is None:
        raise table_not_found(node or exp.Table(), database)
    form = TableFormat.of(table)
    keys = tuple(key["Name"].lower() for key in table.get("PartitionKeys", []))
    columns = [*form.columns, *((key["Name"].lower(), key["Type"]) for key in table.get("PartitionKeys", []))]
    named = [item.name.lower() for item in tree.this.expressions] or [column for column, _ in columns]
    values = ", ".join(
        f"CAST({quoted(column) if column in named else 'NULL'} AS {duckdb_type(kind)}) AS {quoted(column)}"
        for column, kind in columns
    )
    given = f"({engine.translate(tree.expression)}) AS given({', '.join(map(quoted, named))})"
    short = form.serde.rpartition(".")[2]
    storage = next((known for known in FORMATS.values() if known.serde.endswith(short)), None)
    if storage is None:
        raise QueryError(f"NOT_SUPPORTED: the local AWS does not write the SerDe {form.serde}")
    location = S3Location.parse(table["StorageDescriptor"]["Location"])
    target = Target(location, storage, form.parameters.get("field.delim", "\x01"), keys)
    _, outcome = _write(engine, f"SELECT {values} FROM {given}", tree, target)  # noqa: S608
    _add_partitions(engine, database, name, outcome.written)
    return outcome


def unload(engine: Engine, text: str) -> Outcome:
    """Write a query's rows to S3, without a table."""
    match = _UNLOAD.match(text)
    if match is None:
        raise QueryError("SYNTAX_ERROR: UNLOAD (SELECT ...) TO 's3://...' WITH (format = '...') is expected")
    try:
        query = sqlglot.parse_one(match["query"], dialect="athena")
        made = sqlglot.parse_one(f"CREATE TABLE t WITH ({match['options']}) AS SELECT 1", dialect="athena")
    except SqlglotError as error:
        raise QueryError(f"SYNTAX_ERROR: {str(error).partition('.')[0]}") from error
    target = Target.of(S3Location.parse(match["to"]), _options(made.args.get("properties")))
    if next(engine.fetcher.objects(target.location), None):
        raise QueryError(f"HIVE_PATH_ALREADY_EXISTS: Target directory {target.location} is not empty")
    _, outcome = _write(engine, engine.translate(query), query, target)
    return outcome


def _options(properties: exp.Properties | None) -> dict[str, exp.Expr]:
    found: dict[str, exp.Expr] = {}
    for item in properties.expressions if properties else []:
        if isinstance(item, exp.FileFormatProperty):
            found["format"] = item.this
        elif isinstance(item, exp.PartitionedByProperty):
            found["partitioned_by"] = item.this
        elif isinstance(item, exp.Property):
            found[item.name.lower()] = item.args["value"]
    return found


def _write(engine: Engine, sql: str, root: exp.Expr, target: Target) -> tuple[Columns, Outcome]:
    """Write DuckDB's rows of ``sql`` under the target; the columns are in Hive's types."""
    described = engine.execute(f"DESCRIBE {sql}", root).fetchall()
    for position, (name, *_) in enumerate(described, 1):
        if name == UNNAMED:
            raise QueryError(
                f"MISSING_COLUMN_NAME: line 1:1: Column name not specified at position {position}"
            )
    columns = [(name.lower(), hive_type(kind)) for name, kind, *_ in described]
    casts = ", ".join(
        f"CAST({quoted(name)} AS {duckdb_type(kind)}) AS {quoted(name)}" for name, kind in columns
    )
    folder = engine.folder / "out"
    folder.mkdir()
    options = target.format.copy_options
    if "csv" in options:
        options += f", DELIMITER {literal(target.delimiter)}"
    goal = folder / "rows"
    if target.partitioned_by:
        options += f", PARTITION_BY ({', '.join(map(quoted, target.partitioned_by))})"
        goal = folder
    copied = engine.execute(f"COPY (SELECT {casts} FROM ({sql})) TO {literal(str(goal))} ({options})", root)  # noqa: S608
    counted = copied.fetchone()
    written = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        inside = "".join(f"{part}/" for part in file.relative_to(folder).parts[:-1])
        key = f"{target.location.folder}{inside}{uuid4().hex}"
        engine.fetcher.s3.upload_file(str(file), target.location.bucket, key)
        written.append(str(S3Location(target.location.bucket, key)))
    return columns, Outcome(update_count=counted[0] if counted else 0, written=written)


def _add_partitions(engine: Engine, database: str, name: str, written: Sequence[str]) -> None:
    table = engine.catalogue.table(database, name)
    if table is None or not table.get("PartitionKeys"):
        return
    depth = len(table["PartitionKeys"])
    folders = {uri.rpartition("/")[0] for uri in written}
    locations = {
        tuple(part.partition("=")[2] for part in folder.split("/")[-depth:]): f"{folder}/"
        for folder in folders
    }
    engine.catalogue.add_partitions(table, locations)
