"""The ratings as the Glue catalogue describes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from mlops.spec import InvalidInputError, Names, Problem
from mlops.train.build import Log, TrainingError
from training.movielens.crawler import crawl, is_older
from training.movielens.rows import RatingsForm

# A crawler names a table after its folder; the data bucket has the ratings in this one.
TABLE = "ratings"
# A column has the name that the file's header or a classifier gives, else its place: col0, col1, …
_COLUMN_NAMES = {
    "user": ("user_id", "userid", "col0"),
    "item": ("item_id", "itemid", "movie_id", "movieid", "col1"),
    "rating": ("rating", "col2"),
}


@dataclass(frozen=True)
class RatingsTable:
    """Where the ratings are and how their files are to be read."""

    database: str
    name: str
    bucket: str
    prefix: str
    form: RatingsForm


def ratings_table(glue: Any, s3: Any, names: Names, log: Log) -> RatingsTable:
    """The catalogue's table of ratings, crawled anew where it is missing or older than the files.

    Raises:
        TrainingError: there are no files, or the crawler fails or finds no table.
        InvalidInputError: with everything that makes the table unreadable.
    """
    objects = list(_objects(s3, names.data_bucket, f"{TABLE}/"))
    if not objects:
        raise TrainingError(
            f"s3://{names.data_bucket}/{TABLE}/ holds no files. Deploy the init stack with the data in place."
        )
    table = _table(glue, names)
    if is_older(glue, names.glue_crawler, max(item["LastModified"] for item in objects)) or table is None:
        log(f"crawling s3://{names.data_bucket}/{TABLE}/ with {names.glue_crawler}")
        crawl(glue, names.glue_crawler)
        table = _table(glue, names)
    if table is None:
        raise TrainingError(
            f"The crawler {names.glue_crawler} made no table {TABLE!r} in {names.glue_database}. "
            f"Look at its log group /aws-glue/crawlers: it tells which format the files were taken for."
        )
    return _readable(table)


def open_ratings(s3: Any, table: RatingsTable) -> Iterator[tuple[str, BinaryIO]]:
    """Each file of the table with its URL, in the order of their names, as a stream."""
    for item in _objects(s3, table.bucket, table.prefix):
        body = s3.get_object(Bucket=table.bucket, Key=item["Key"])["Body"]
        yield f"s3://{table.bucket}/{item['Key']}", cast(BinaryIO, body)


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (item for page in pages for item in page.get("Contents", []) if item["Size"])


def _table(glue: Any, names: Names) -> dict[str, Any] | None:
    try:
        return dict(glue.get_table(DatabaseName=names.glue_database, Name=TABLE)["Table"])
    except glue.exceptions.EntityNotFoundException:
        return None


def _readable(table: dict[str, Any]) -> RatingsTable:
    storage, parameters = table["StorageDescriptor"], table.get("Parameters", {})
    serde = storage.get("SerdeInfo", {}).get("Parameters", {})
    columns = [column["Name"].lower() for column in storage["Columns"]]
    places = {
        column: next((columns.index(name) for name in known if name in columns), -1)
        for column, known in _COLUMN_NAMES.items()
    }
    delimiter = serde.get("field.delim") or parameters.get("delimiter", ",")
    remedy = "Store the ratings as uncompressed text, the fields separated by one character."
    stored = [
        ("classification", parameters.get("classification", "csv"), "csv"),
        ("compressionType", parameters.get("compressionType", "none"), "none"),
    ]
    problems = [
        _problem(field, given, allowed, remedy) for field, given, allowed in stored if given != allowed
    ]
    if len(delimiter) != 1:
        problems.append(_problem("delimiter", repr(delimiter), "one character", remedy))
    for column, place in places.items():
        if place < 0:
            given, allowed = ", ".join(columns) or "no columns", " or ".join(_COLUMN_NAMES[column])
            remedy = "Name the column so in the crawler's classifier or the file's first line."
            problems.append(_problem(f"column {column}", given, allowed, remedy))
    if problems:
        raise InvalidInputError(problems)
    bucket, _, prefix = storage["Location"].removeprefix("s3://").partition("/")
    header_lines = int(parameters.get("skip.header.line.count", 0))
    form = RatingsForm(delimiter, len(columns), **places, header_lines=header_lines)
    return RatingsTable(table["DatabaseName"], table["Name"], bucket, prefix, form)


def _problem(field: str, given: str, allowed: str, remedy: str) -> Problem:
    return Problem(f"Glue table {TABLE}", field, given, allowed, remedy)
