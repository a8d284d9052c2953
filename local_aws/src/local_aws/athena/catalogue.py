"""Glue's catalogue as queries see it; everything goes through Glue's own API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local_aws.athena.errors import QueryError
from local_aws.hooks import Params

CATALOG = "AwsDataCatalog"


class Catalogue:
    """One region's databases and tables; ``glue`` is a boto3 client. Names are lower case in Glue."""

    def __init__(self, glue: Any) -> None:
        self.glue = glue
        self._not_found = glue.exceptions.EntityNotFoundException

    def databases(self) -> Iterator[Params]:
        """Every database."""
        for page in self.glue.get_paginator("get_databases").paginate():
            yield from page["DatabaseList"]

    def database(self, name: str) -> Params | None:
        """A database, or None."""
        try:
            found: Params = self.glue.get_database(Name=name.lower())["Database"]
        except self._not_found:
            return None
        return found

    def tables(self, database: str) -> Iterator[Params]:
        """Every table of a database, by name.

        Raises:
            QueryError: no such database.
        """
        if self.database(database) is None:
            raise QueryError(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist")
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=database.lower())
        yield from sorted((table for page in pages for table in page["TableList"]), key=lambda t: t["Name"])

    def table(self, database: str, name: str) -> Params | None:
        """A table, or None."""
        try:
            found: Params = self.glue.get_table(DatabaseName=database.lower(), Name=name.lower())["Table"]
        except self._not_found:
            return None
        return found

    def partitions(self, table: Params) -> list[Params]:
        """Every partition of a table."""
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=table["DatabaseName"], TableName=table["Name"]
        )
        return [partition for page in pages for partition in page["Partitions"]]

    def add_partitions(self, table: Params, locations: dict[tuple[str, ...], str]) -> list[tuple[str, ...]]:
        """Add the partitions that the table does not have yet; returns their values."""
        known = {tuple(partition["Values"]) for partition in self.partitions(table)}
        new = [values for values in locations if values not in known]
        for values in new:
            storage = {**table["StorageDescriptor"], "Location": locations[values]}
            self.glue.create_partition(
                DatabaseName=table["DatabaseName"],
                TableName=table["Name"],
                PartitionInput={"Values": list(values), "StorageDescriptor": storage},
            )
        return new
