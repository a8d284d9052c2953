"""Writes what a crawl found into Glue's catalogue, as the crawler's schema change policy says.

https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_aws.glue.grouping import FoundTable
from local_aws.glue.sample import S3Object
from local_aws.hooks import Params
from local_aws.s3_location import S3Location

_PARTITION_BATCH = 100  # BatchCreatePartition's limit
_READ_ONLY = ("DatabaseName", "CreateTime", "UpdateTime", "VersionId", "CatalogId")


@dataclass
class Changes:
    """What a crawl changed, by table name."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    partitions: int = 0


class CatalogueWriter:
    """One crawl's writer into one database; ``glue`` is a boto3 client."""

    def __init__(self, glue: Any, crawler: Params) -> None:
        self._glue = glue
        self._crawler: str = crawler["Name"]
        self._database: str = crawler.get("DatabaseName") or "default"
        self._prefix: str = crawler.get("TablePrefix") or ""
        policy = crawler.get("SchemaChangePolicy") or {}
        self._update = policy.get("UpdateBehavior", "UPDATE_IN_DATABASE")
        self._delete = policy.get("DeleteBehavior", "DEPRECATE_IN_DATABASE")

    def write(self, found: Sequence[FoundTable], targets: Sequence[S3Location]) -> Changes:
        """Create and update what was found; delete or deprecate this crawler's tables that are gone."""
        changes = Changes()
        self._ensure_database()
        existing = {table["Name"]: table for table in self._tables()}
        by_location = {_location(table): table for table in existing.values()}
        for table in found:
            old = by_location.get(str(table.location))
            name = old["Name"] if old else self._free_name(table, existing)
            if old is None:
                self._glue.create_table(DatabaseName=self._database, TableInput=self._input(name, table))
                changes.created.append(name)
            elif self._update == "UPDATE_IN_DATABASE" and _differs(old, self._input(name, table)):
                self._glue.update_table(DatabaseName=self._database, TableInput=self._input(name, table))
                changes.updated.append(name)
            changes.partitions += self._write_partitions(name, table)
        self._retire(existing.values(), {str(table.location) for table in found}, targets, changes)
        return changes

    def _ensure_database(self) -> None:
        try:
            self._glue.get_database(Name=self._database)
        except self._glue.exceptions.EntityNotFoundException:
            self._glue.create_database(DatabaseInput={"Name": self._database})

    def _tables(self) -> Iterator[Params]:
        for page in self._glue.get_paginator("get_tables").paginate(DatabaseName=self._database):
            yield from page["TableList"]

    def _free_name(self, table: FoundTable, existing: dict[str, Params]) -> str:
        name = f"{self._prefix}{table.name}".lower()
        if name in existing:
            name += "_" + hashlib.md5(str(table.location).encode(), usedforsecurity=False).hexdigest()
        existing[name] = {}
        return name

    def _input(self, name: str, table: FoundTable) -> Params:
        parameters = self._parameters(table, table.files)
        return {
            "Name": name,
            "Owner": "owner",
            "Retention": 0,
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": _storage(table, table.location, parameters),
            "PartitionKeys": [{"Name": key, "Type": "string"} for key in table.partition_keys],
            "Parameters": parameters,
        }

    def _parameters(self, table: FoundTable, files: Sequence[S3Object]) -> dict[str, str]:
        size = sum(item.size for item in files)
        average = table.schema.average_record_size
        return {
            "CrawlerSchemaDeserializerVersion": "1.0",
            "CrawlerSchemaSerializerVersion": "1.0",
            "UPDATED_BY_CRAWLER": self._crawler,
            "averageRecordSize": str(average),
            "classification": table.schema.classification,
            "compressionType": table.schema.compression,
            "objectCount": str(len(files)),
            "recordCount": str(size // average if average else 0),
            "sizeKey": str(size),
            "typeOfData": "file",
            **table.schema.parameters,
        }

    def _write_partitions(self, name: str, table: FoundTable) -> int:
        if not table.partition_keys:
            return 0
        pages = self._glue.get_paginator("get_partitions").paginate(
            DatabaseName=self._database, TableName=name
        )
        known = {tuple(part["Values"]) for page in pages for part in page["Partitions"]}
        new = [
            {
                "Values": list(values),
                "StorageDescriptor": _storage(
                    table, _folder_of(files[0]), parameters := self._parameters(table, files)
                ),
                "Parameters": parameters,
            }
            for values, files in table.partitions.items()
            if values not in known
        ]
        for start in range(0, len(new), _PARTITION_BATCH):
            self._glue.batch_create_partition(
                DatabaseName=self._database,
                TableName=name,
                PartitionInputList=new[start : start + _PARTITION_BATCH],
            )
        return len(new)

    def _retire(
        self, existing: Iterable[Params], found: set[str], targets: Sequence[S3Location], changes: Changes
    ) -> None:
        for table in existing:
            mine = table.get("Parameters", {}).get("UPDATED_BY_CRAWLER") == self._crawler
            gone = mine and _location(table) not in found
            if not gone or not any(_location(table).startswith(str(target)) for target in targets):
                continue
            if self._delete == "DELETE_FROM_DATABASE":
                self._glue.delete_table(DatabaseName=self._database, Name=table["Name"])
                changes.deleted.append(table["Name"])
            elif self._delete == "DEPRECATE_IN_DATABASE":
                kept = {key: value for key, value in table.items() if key not in _READ_ONLY}
                kept["Parameters"] = {
                    **kept["Parameters"],
                    "DEPRECATED_BY_CRAWLER": str(int(time.time() * 1000)),
                }
                self._glue.update_table(DatabaseName=self._database, TableInput=kept)
                changes.updated.append(table["Name"])


def _folder_of(item: S3Object) -> S3Location:
    return S3Location(item.bucket, item.key.rpartition("/")[0] + "/")


def _location(table: Params) -> str:
    return str(table.get("StorageDescriptor", {}).get("Location", ""))


def _differs(old: Params, new: Params) -> bool:
    return any(old.get(key) != new[key] for key in ("StorageDescriptor", "PartitionKeys", "Parameters"))


def _storage(table: FoundTable, location: S3Location, parameters: dict[str, str]) -> Params:
    schema = table.schema
    serde = {"SerializationLibrary": schema.serde, "Parameters": dict(schema.serde_parameters)}
    return {
        "Columns": [{"Name": name, "Type": kind} for name, kind in schema.columns],
        "Location": str(location),
        "InputFormat": schema.input_format,
        "OutputFormat": schema.output_format,
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": serde if schema.serde else {},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": parameters,
        "StoredAsSubDirectories": False,
    }
