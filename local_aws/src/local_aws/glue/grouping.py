"""Which of the files under a target make one table, and which folders are its partitions.

https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from local_aws.glue.sample import S3Object
from local_aws.glue.schema import Schema, merge
from local_aws.s3_location import S3Location

File = tuple[S3Object, Schema]


@dataclass(frozen=True)
class FoundTable:
    """A table that a crawl found: ``partitions`` maps each partition's values to its files."""

    name: str
    location: S3Location
    schema: Schema
    files: tuple[S3Object, ...]
    partition_keys: tuple[str, ...]
    partitions: dict[tuple[str, ...], list[S3Object]]


def group(bucket: str, folder: str, files: Sequence[File]) -> Iterator[FoundTable]:
    """The tables in ``folder`` (a prefix that ends with a slash, or empty).

    All files alike and equally deep make one table, with a partition for each sub-folder. Otherwise
    each sub-folder is looked at by itself, and each file that lies directly in ``folder`` is a table.
    """
    depths = {item.key.removeprefix(folder).count("/") for item, _ in files}
    if len(depths) == 1 and all(schema.is_like(files[0][1]) for _, schema in files):
        yield _table(bucket, folder, files)
        return
    inside: dict[str, list[File]] = defaultdict(list)
    for item, schema in files:
        first, slash, _ = item.key.removeprefix(folder).partition("/")
        if slash:
            inside[f"{folder}{first}/"].append((item, schema))
        else:
            location = S3Location(bucket, item.key)
            yield FoundTable(table_name(first), location, schema, (item,), (), {})
    for sub_folder, members in inside.items():
        yield from group(bucket, sub_folder, members)


def table_name(path: str) -> str:
    """A folder's or a file's name as the catalogue takes it: lower case, letters, digits and ``_``."""
    return re.sub(r"[^0-9a-z_]", "_", path.lower())


def _table(bucket: str, folder: str, files: Sequence[File]) -> FoundTable:
    partitions: dict[tuple[str, ...], list[S3Object]] = defaultdict(list)
    keys: tuple[str, ...] = ()
    for item, _ in files:
        folders = PurePosixPath(item.key.removeprefix(folder)).parts[:-1]
        if folders:
            keys = tuple(_key(name, level) for level, name in enumerate(folders))
            partitions[tuple(name.partition("=")[2] or name for name in folders)].append(item)
    return FoundTable(
        table_name(PurePosixPath(folder).name or bucket),
        S3Location(bucket, folder),
        merge(schema for _, schema in files),
        tuple(item for item, _ in files),
        keys,
        dict(partitions),
    )


def _key(folder: str, level: int) -> str:
    name, equals, _ = folder.partition("=")
    return name.lower() if equals else f"partition_{level}"
