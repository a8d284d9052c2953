"""SHOW, DESCRIBE, EXPLAIN and MSCK REPAIR: statements that tell of the catalogue.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatch

import sqlglot
from sqlglot.errors import SqlglotError

from local_aws.athena.engine import Engine
from local_aws.athena.errors import QueryError
from local_aws.athena.outcome import Outcome, text
from local_aws.hooks import Params
from local_aws.s3_location import S3Location

_NAME = r"[`\"]?(?P<{0}>[\w-]+)[`\"]?"
_TABLE = rf"(?:{_NAME.format('db')}\s*\.\s*)?{_NAME.format('table')}"
_LIKE = r"(?:\s+(?:LIKE\s+)?'(?P<like>[^']*)')?"


def tell(engine: Engine, statement: str, database: str) -> Outcome:
    """The lines that the statement asks for.

    Raises:
        QueryError: a statement that the local AWS does not know, or one about nothing that exists.
    """
    for pattern, handler in _HANDLERS:
        match = re.fullmatch(pattern, statement.strip(), re.IGNORECASE | re.DOTALL)
        if match:
            return handler(engine, {key: value or "" for key, value in match.groupdict().items()}, database)
    raise QueryError(
        f"NOT_SUPPORTED: the local AWS does not know the statement {statement.split()[0].upper()} …"
    )


def _databases(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    del database
    return text("database_name", _matching((item["Name"] for item in engine.catalogue.databases()), given))


def _tables(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    tables = engine.catalogue.tables(given["db"] or database)
    return text("tab_name", _matching((table["Name"] for table in tables), given))


def _views(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    tables = engine.catalogue.tables(given["db"] or database)
    names = (table["Name"] for table in tables if table.get("TableType") == "VIRTUAL_VIEW")
    return text("views", _matching(names, given))


def _columns(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    table = _table(engine, given, database)
    return text("field", [f"{column['Name']:<20}" for column in _all_columns(table)])


def _partitions(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    table = _table(engine, given, database)
    keys = [key["Name"] for key in table.get("PartitionKeys", [])]
    if not keys:
        raise QueryError(
            f"FAILED: SemanticException [Error 10241]: Table {table['Name']} is not a partitioned table"
        )
    return text(
        "partition",
        [
            "/".join(f"{key}={value}" for key, value in zip(keys, partition["Values"], strict=True))
            for partition in engine.catalogue.partitions(table)
        ],
    )


def _describe(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    table = _table(engine, given, database)
    lines = [_described(column) for column in _all_columns(table)]
    if table.get("PartitionKeys"):
        lines += [
            "\t \t ",
            "# Partition Information\t \t ",
            f"{'# col_name':<20}\t{'data_type':<20}\t{'comment':<20}",
            "\t \t ",
            *map(_described, table["PartitionKeys"]),
        ]
    return text("col_name", lines)


def _described(column: Params) -> str:
    return f"{column['Name']:<20}\t{column.get('Type', ''):<20}\t{column.get('Comment', ''):<20}"


def _create_table(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    table = _table(engine, given, database)
    storage = table["StorageDescriptor"]
    serde = storage.get("SerdeInfo", {})
    lines = [
        f"CREATE EXTERNAL TABLE `{table['Name']}`(",
        *_listed(f"`{column['Name']}` {column['Type']}" for column in storage["Columns"]),
    ]
    if table.get("PartitionKeys"):
        lines += ["PARTITIONED BY ( ", *_listed(f"`{k['Name']}` {k['Type']}" for k in table["PartitionKeys"])]
    lines += ["ROW FORMAT SERDE ", f"  '{serde.get('SerializationLibrary', '')}' "]
    if serde.get("Parameters"):
        pairs = (f"'{key}'='{value}'" for key, value in sorted(serde["Parameters"].items()))
        lines += ["WITH SERDEPROPERTIES ( ", *_listed(pairs)]
    lines += ["LOCATION", f"  '{storage['Location']}'"]
    if table.get("Parameters"):
        pairs = (f"'{key}'='{value}'" for key, value in sorted(table["Parameters"].items()))
        lines += ["TBLPROPERTIES (", *_listed(pairs)]
    return text("createtab_stmt", lines)


def _listed(items: Iterable[str]) -> list[str]:
    given = list(items)
    return [f"  {item}{',' if index < len(given) else ')'} " for index, item in enumerate(given, 1)]


def _explain(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    del database
    try:
        query = sqlglot.parse_one(given["query"], dialect="athena")
    except SqlglotError as error:
        raise QueryError(f"SYNTAX_ERROR: {str(error).partition('.')[0]}") from error
    plan = engine.execute(f"EXPLAIN {engine.translate(query)}", query).fetchall()
    return text("Query Plan", [line for _, shown in plan for line in shown.splitlines()])


def _repair(engine: Engine, given: dict[str, str], database: str) -> Outcome:
    """Add a partition for each ``key=value`` folder under the table's location."""
    table = _table(engine, given, database)
    root = S3Location.parse(table["StorageDescriptor"]["Location"])
    keys = [key["Name"].lower() for key in table.get("PartitionKeys", [])]
    locations: dict[tuple[str, ...], str] = {}
    for key, _ in engine.fetcher.objects(root):
        folders = key.removeprefix(root.folder).split("/")[:-1]
        pairs = [folder.partition("=") for folder in folders]
        if [name.lower() for name, _, _ in pairs] == keys:
            locations[tuple(value for _, _, value in pairs)] = str(root.child("/".join(folders) + "/"))
    added = engine.catalogue.add_partitions(table, locations)
    name = table["Name"]
    shown = [f"{name}:{'/'.join(f'{k}={v}' for k, v in zip(keys, values, strict=True))}" for values in added]
    found = [f"Partitions not in metastore: {' '.join(shown)}"] if shown else []
    return text("result", [*found, *(f"Repair: Added partition to metastore {item}" for item in shown)])


def _matching(names: Iterable[str], given: dict[str, str]) -> list[str]:
    wanted = given.get("like") or "*"
    return [name for name in names if any(fnmatch(name, part) for part in wanted.split("|"))]


def _all_columns(table: Params) -> list[Params]:
    return [*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", [])]


def _table(engine: Engine, given: dict[str, str], database: str) -> Params:
    where = given["db"] or database
    table = engine.catalogue.table(where, given["table"])
    if table is None:
        raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {where}.{given['table']}")
    return table


_HANDLERS: tuple[tuple[str, Callable[[Engine, dict[str, str], str], Outcome]], ...] = (
    (rf"SHOW\s+(?:DATABASES|SCHEMAS){_LIKE}", _databases),
    (rf"SHOW\s+TABLES(?:\s+(?:IN|FROM)\s+{_NAME.format('db')})?{_LIKE}", _tables),
    (rf"SHOW\s+VIEWS(?:\s+(?:IN|FROM)\s+{_NAME.format('db')})?{_LIKE}", _views),
    (rf"SHOW\s+COLUMNS\s+(?:IN|FROM)\s+{_TABLE}", _columns),
    (rf"SHOW\s+PARTITIONS\s+{_TABLE}", _partitions),
    (rf"SHOW\s+CREATE\s+TABLE\s+{_TABLE}", _create_table),
    (rf"(?:DESCRIBE|DESC)\s+(?:(?:EXTENDED|FORMATTED)\s+)?{_TABLE}", _describe),
    (r"EXPLAIN\s+(?:ANALYZE\s+)?(?P<query>.+)", _explain),
    (rf"MSCK\s+REPAIR\s+TABLE\s+{_TABLE}", _repair),
)
