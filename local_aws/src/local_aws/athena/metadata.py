"""Athena's view of the catalogue, which on AWS is Glue's.

https://docs.aws.amazon.com/athena/latest/APIReference/API_GetTableMetadata.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from local_aws.athena.catalogue import CATALOG, Catalogue
from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.iam.roles import ServiceRoles
from local_aws.runtime import Runtime

_MAX_LISTED = 50


class Metadata:
    """Databases and tables of ``AwsDataCatalog``; other catalogs stay moto's."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def register(self, hooks: Hooks) -> None:
        """Answer the metadata operations."""
        hooks.handle("athena", "GetDatabase", self._database)
        hooks.handle("athena", "ListDatabases", self._databases)
        hooks.handle("athena", "GetTableMetadata", self._table)
        hooks.handle("athena", "ListTableMetadata", self._tables)
        hooks.after("athena", "ListDataCatalogs", _with_glue)

    def _catalogue(self, call: Call) -> Catalogue:
        name = call.params.get("CatalogName", CATALOG)
        if name.lower() != CATALOG.lower():
            raise ServiceError("InvalidRequestException", f"DataCatalog {name} was not found")
        account_region = self._runtime.engine(ServiceRoles).forward(call, "athena.amazonaws.com")
        return Catalogue(self._runtime.client("glue", account_region))

    def _database(self, call: Call) -> Params:
        name = call.params["DatabaseName"]
        found = self._catalogue(call).database(name)
        if found is None:
            raise _not_found(f"Database {name} not found.")
        return {"Database": _told_database(found)}

    def _databases(self, call: Call) -> Params:
        found = [_told_database(database) for database in self._catalogue(call).databases()]
        return _page(call, "DatabaseList", sorted(found, key=lambda database: str(database["Name"])))

    def _table(self, call: Call) -> Params:
        params = call.params
        found = self._catalogue(call).table(params["DatabaseName"], params["TableName"])
        if found is None:
            raise _not_found("Entity Not Found")
        return {"TableMetadata": _told_table(found)}

    def _tables(self, call: Call) -> Params:
        params = call.params
        catalogue = self._catalogue(call)
        if catalogue.database(params["DatabaseName"]) is None:
            raise _not_found(f"Database {params['DatabaseName']} not found.")
        tables: Iterator[Params] = catalogue.tables(params["DatabaseName"])
        wanted = re.compile(params.get("Expression") or ".*")
        found = [_told_table(table) for table in tables if wanted.fullmatch(table["Name"])]
        return _page(call, "TableMetadataList", found)


def _not_found(message: str) -> ServiceError:
    return ServiceError(
        "MetadataException",
        f"{message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException)",
    )


def _page(call: Call, key: str, items: list[Params]) -> Params:
    params = call.params
    start = int(params.get("NextToken") or 0)
    end = start + int(params.get("MaxResults") or _MAX_LISTED)
    page: Params = {key: items[start:end]}
    return {**page, "NextToken": str(end)} if end < len(items) else page


def _told_database(database: Params) -> Params:
    told = {"Name": database["Name"], "Parameters": database.get("Parameters") or {}}
    return {**told, "Description": database["Description"]} if database.get("Description") else told


def _told_table(table: Params) -> Params:
    storage = table.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo", {})
    parameters = {
        **table.get("Parameters", {}),
        "location": storage.get("Location", ""),
        "inputformat": storage.get("InputFormat", ""),
        "outputformat": storage.get("OutputFormat", ""),
        "serde.serialization.lib": serde.get("SerializationLibrary", ""),
        **{f"serde.param.{key}": value for key, value in serde.get("Parameters", {}).items()},
    }
    return {
        "Name": table["Name"],
        "CreateTime": table["CreateTime"].timestamp(),
        "TableType": table.get("TableType", ""),
        "Columns": storage.get("Columns", []),
        "PartitionKeys": table.get("PartitionKeys", []),
        "Parameters": parameters,
    }


def _with_glue(call: Call, reply: Params) -> Params:
    del call
    others = [catalog for catalog in reply["DataCatalogsSummary"] if catalog.get("CatalogName") != CATALOG]
    return {**reply, "DataCatalogsSummary": [{"CatalogName": CATALOG, "Type": "GLUE"}, *others]}
