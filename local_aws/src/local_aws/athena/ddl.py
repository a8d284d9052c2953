"""CREATE, DROP and ALTER: the statements that change Glue's catalogue and no data.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena.catalogue import CATALOG, Catalogue
from local_aws.athena.engine import Engine, view_text
from local_aws.athena.errors import QueryError
from local_aws.athena.outcome import Outcome
from local_aws.athena.storage import FORMATS, storage_descriptor
from local_aws.hive_types import hive_type
from local_aws.hooks import Params
from local_aws.s3_location import S3Location

_FAILED = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."


def run_ddl(engine: Engine, tree: exp.Expr, substatement: str, database: str) -> Outcome:
    """Do what the statement says.

    Raises:
        QueryError: with Athena's reason.
    """
    table = tree.find(exp.Table)
    if table is None:
        raise QueryError("NOT_SUPPORTED: the statement names no database or table")
    if substatement in ("CREATE_DATABASE", "CREATE_SCHEMA"):
        _create_database(engine.catalogue, tree, table.name)
    elif substatement in ("DROP_DATABASE", "DROP_SCHEMA"):
        _drop_database(engine.catalogue, tree, table.name)
    elif substatement == "CREATE_TABLE":
        _create_table(engine.catalogue, tree, table, table.db or database)
    elif substatement == "CREATE_VIEW":
        _create_view(engine, tree, table, table.db or database)
    elif substatement in ("DROP_TABLE", "DROP_VIEW"):
        _drop_table(engine.catalogue, tree, table, table.db or database)
    elif substatement == "ALTER_TABLE":
        _alter_table(engine.catalogue, tree, table, table.db or database)
    else:
        raise QueryError(f"NOT_SUPPORTED: {substatement.replace('_', ' ')} is not supported")
    return Outcome()


def _create_database(catalogue: Catalogue, tree: exp.Expr, name: str) -> None:
    if catalogue.database(name):
        if not tree.args.get("exists"):
            raise QueryError(f"{_FAILED} AlreadyExistsException: Database {name} already exists")
        return
    properties = _properties(tree)
    given: Params = {"Name": name.lower()}
    if comment := properties.get(exp.SchemaCommentProperty):
        given["Description"] = comment.name
    if location := properties.get(exp.LocationProperty):
        given["LocationUri"] = location.name
    catalogue.glue.create_database(DatabaseInput=given)


def _drop_database(catalogue: Catalogue, tree: exp.Expr, name: str) -> None:
    if catalogue.database(name) is None:
        if not tree.args.get("exists"):
            raise QueryError(f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}")
        return
    tables = list(catalogue.tables(name))
    if tables and not tree.args.get("cascade"):
        raise QueryError(
            f"{_FAILED} InvalidOperationException(message:Database {name} is not empty. "
            "One or more tables exist.)"
        )
    for table in tables:
        catalogue.glue.delete_table(DatabaseName=name.lower(), Name=table["Name"])
    catalogue.glue.delete_database(Name=name.lower())


def _create_table(catalogue: Catalogue, tree: exp.Expr, table: exp.Table, database: str) -> None:
    if catalogue.database(database) is None:
        raise QueryError(f"FAILED: SemanticException [Error 10072]: Database does not exist: {database}")
    if catalogue.table(database, table.name):
        if not tree.args.get("exists"):
            raise QueryError(f"{_FAILED} AlreadyExistsException(message:Table {table.name} already exists.)")
        return
    properties = _properties(tree)
    location = properties.get(exp.LocationProperty)
    if exp.ExternalProperty not in properties or location is None:
        raise QueryError("NOT_SUPPORTED: the local AWS creates EXTERNAL tables with a LOCATION only")
    stored_as = properties.get(exp.FileFormatProperty)
    name = stored_as.name.upper() if stored_as else "TEXTFILE"
    if name not in FORMATS:
        raise QueryError(f"NOT_SUPPORTED: the local AWS reads {', '.join(FORMATS)}, not {name}")
    keys = properties.get(exp.PartitionedByProperty)
    comment = properties.get(exp.SchemaCommentProperty)
    serde, serde_parameters = _serde(properties)
    catalogue.glue.create_table(
        DatabaseName=database.lower(),
        TableInput={
            "Name": table.name.lower(),
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": storage_descriptor(
                [_column(node) for node in tree.this.expressions],
                S3Location.parse(location.name),
                FORMATS[name],
                serde_parameters,
                serde,
            ),
            "PartitionKeys": [_column(node) for node in keys.this.expressions] if keys else [],
            "Parameters": {
                "EXTERNAL": "TRUE",
                **({"comment": comment.name} if comment else {}),
                **_pairs(tree.args["properties"]),
            },
        },
    )


def _serde(properties: dict[type, exp.Expr]) -> tuple[str | None, dict[str, str]]:
    """The SerDe that ROW FORMAT names, if it names one, and its parameters."""
    if row := properties.get(exp.RowFormatSerdeProperty):
        given = row.args.get("serde_properties") or properties.get(exp.SerdeProperties)
        return row.name, _pairs(given) if given else {}
    row = properties.get(exp.RowFormatDelimitedProperty)
    names = {"fields": "field.delim", "escaped": "escape.delim", "null": "serialization.null.format"}
    values = {key: row.args[part].name for part, key in names.items() if row.args.get(part)} if row else {}
    return None, values


def _create_view(engine: Engine, tree: exp.Expr, table: exp.Table, database: str) -> None:
    catalogue, query = engine.catalogue, tree.expression
    if catalogue.database(database) is None:
        raise QueryError(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist")
    described = engine.execute(f"DESCRIBE {engine.translate(query)}", query).fetchall()
    columns = [{"Name": name.lower(), "Type": hive_type(kind)} for name, kind, *_ in described]
    definition = {
        "originalSql": query.sql("athena"),
        "catalog": CATALOG.lower(),
        "schema": database.lower(),
        "columns": [{"name": column["Name"], "type": column["Type"]} for column in columns],
    }
    given = {
        "Name": table.name.lower(),
        "TableType": "VIRTUAL_VIEW",
        "StorageDescriptor": {"Columns": columns, "Location": "", "SerdeInfo": {}},
        "PartitionKeys": [],
        "ViewOriginalText": view_text(definition),
        "ViewExpandedText": "/* Presto View */",
        "Parameters": {"comment": "Presto View", "presto_view": "true"},
    }
    if catalogue.table(database, table.name) is None:
        catalogue.glue.create_table(DatabaseName=database.lower(), TableInput=given)
    elif tree.args.get("replace"):
        catalogue.glue.update_table(DatabaseName=database.lower(), TableInput=given)
    else:
        raise QueryError(f"VIEW_ALREADY_EXISTS: View 'awsdatacatalog.{database}.{table.name}' already exists")


def _drop_table(catalogue: Catalogue, tree: exp.Expr, table: exp.Table, database: str) -> None:
    if catalogue.table(database, table.name):
        catalogue.glue.delete_table(DatabaseName=database.lower(), Name=table.name.lower())
    elif not tree.args.get("exists"):
        raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {database}.{table.name}")


def _alter_table(catalogue: Catalogue, tree: exp.Expr, table: exp.Table, database: str) -> None:
    stored = catalogue.table(database, table.name)
    if stored is None:
        raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {database}.{table.name}")
    for action in tree.args["actions"]:
        if not isinstance(action, exp.AddPartition):
            raise QueryError("NOT_SUPPORTED: of ALTER TABLE the local AWS knows ADD PARTITION only")
        given = {pair.this.name.lower(): pair.expression.name for pair in action.this.expressions}
        values = tuple(given[key["Name"].lower()] for key in stored["PartitionKeys"])
        folders = "".join(f"{name}={value}/" for name, value in given.items())
        root = S3Location.parse(stored["StorageDescriptor"]["Location"])
        location = action.args.get("location")
        uri = location.name if location else str(root.child(folders))
        if not catalogue.add_partitions(stored, {values: uri}) and not action.args.get("exists"):
            raise QueryError(f"{_FAILED} AlreadyExistsException(message:Partition already exists.)")


def _properties(tree: exp.Expr) -> dict[type, exp.Expr]:
    given = tree.args.get("properties")
    return {type(item): item for item in given.expressions} if given else {}


def _pairs(properties: exp.Expr) -> dict[str, str]:
    return {
        item.name: item.args["value"].name for item in properties.expressions if type(item) is exp.Property
    }


def _column(node: exp.Expr) -> Params:
    comment = next((item for item in node.find_all(exp.CommentColumnConstraint)), None)
    kind = node.args["kind"].sql("hive").lower().replace(": ", ":").replace(", ", ",")
    return {"Name": node.name.lower(), "Type": kind, **({"Comment": comment.name} if comment else {})}
