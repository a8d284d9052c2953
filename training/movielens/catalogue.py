"""The ratings as the Glue catalogue describes them, and counted by Athena."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from mlops_spec import InvalidInputError, Names, Problem
from training.movielens.build import Log, TrainingError
from training.movielens.ratings import RatingsForm

# A crawler names a table after its folder; the data bucket has the ratings in this one.
TABLE = "ratings"
_POLL_SECONDS = 0.5
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
    if _is_older(glue, names.glue_crawler, max(item["LastModified"] for item in objects)) or table is None:
        log(f"crawling s3://{names.data_bucket}/{TABLE}/ with {names.glue_crawler}")
        _crawl(glue, names.glue_crawler)
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


def count_rows(athena: Any, names: Names) -> int:
    """The number of ratings, by Athena.

    Raises:
        TrainingError: the query fails.
    """
    query = athena.start_query_execution(
        QueryString=f'SELECT count(*) FROM "{TABLE}"',  # noqa: S608 - a constant
        QueryExecutionContext={"Database": names.glue_database},
        WorkGroup=names.athena_workgroup,
    )["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
            return int(rows[1]["Data"][0]["VarCharValue"])
        if status["State"] in ("FAILED", "CANCELLED"):
            reason = status.get("StateChangeReason", "no reason given")
            raise TrainingError(f"Athena could not count the ratings (query {query}): {reason}")
        time.sleep(_POLL_SECONDS)


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (item for page in pages for item in page.get("Contents", []) if item["Size"])


def _table(glue: Any, names: Names) -> dict[str, Any] | None:
    try:
        return dict(glue.get_table(DatabaseName=names.glue_database, Name=TABLE)["Table"])
    except glue.exceptions.EntityNotFoundException:
        return None


def _is_older(glue: Any, crawler: str, newest: datetime) -> bool:
    """Whether the last crawl may have missed a file; S3 tells its files' times in whole seconds."""
    last = _crawler(glue, crawler).get("LastCrawl", {}).get("StartTime")
    return last is None or bool(last.replace(microsecond=0) <= newest)


def _crawler(glue: Any, name: str) -> dict[str, Any]:
    try:
        return dict(glue.get_crawler(Name=name)["Crawler"])
    except glue.exceptions.EntityNotFoundException as error:
        raise TrainingError(f"There is no crawler {name}. Deploy the init stack first.") from error


def _crawl(glue: Any, crawler: str) -> None:
    with contextlib.suppress(glue.exceptions.CrawlerRunningException):
        glue.start_crawler(Name=crawler)
    while (found := _crawler(glue, crawler))["State"] != "READY":
        time.sleep(_POLL_SECONDS)
    last = found.get("LastCrawl", {})
    if last.get("Status") not in (None, "SUCCEEDED"):
        raise TrainingError(
            f"The crawler {crawler} ended as {last['Status']}: {last.get('ErrorMessage', '')}"
        )


def _readable(table: dict[str, Any]) -> RatingsTable:
    storage, parameters = table["StorageDescriptor"], table.get("Parameters", {})
    columns = [column["Name"].lower() for column in storage["Columns"]]
    problems = []
    for field, allowed in (("classification", "csv"), ("compressionType", "none")):
        if (given := parameters.get(field, allowed)) != allowed:
            problems.append(
                _problem(field, given, allowed, "Store the ratings as uncompressed delimited text.")
            )
    places = {}
    for column, known in _COLUMN_NAMES.items():
        places[column] = next((columns.index(name) for name in known if name in columns), -1)
        if places[column] < 0:
            given = ", ".join(columns) or "no columns"
            problems.append(
                _problem(
                    f"column {column}", given, " or ".join(known), "Name the column in the file's first line."
                )
            )
    delimiter = storage.get("SerdeInfo", {}).get("Parameters", {}).get("field.delim") or parameters.get(
        "delimiter", ","
    )
    if len(delimiter) != 1:
        problems.append(
            _problem("delimiter", repr(delimiter), "one character", "Separate the fields by one character.")
        )
    if problems:
        raise InvalidInputError(problems)
    bucket, _, prefix = storage["Location"].removeprefix("s3://").partition("/")
    header_lines = int(parameters.get("skip.header.line.count", 0))
    form = RatingsForm(
        delimiter, len(columns), places["user"], places["item"], places["rating"], header_lines
    )
    return RatingsTable(table["DatabaseName"], table["Name"], bucket, prefix, form)


def _problem(field: str, given: str, allowed: str, remedy: str) -> Problem:
    return Problem(f"Glue table {TABLE}", field, given, allowed, remedy)
