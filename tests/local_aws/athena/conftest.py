"""Athena over MovieLens-shaped tables, and a query run to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from local_aws.server import LocalAws

BUCKET = "athena-data"
RATINGS = "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n196\t51\t4\t881250949\n"
ITEMS = "1|Toy Story (1995)|0|1\n543|Misérables, Les (1995)|0|0\n242|Kolya (1996)||\n"


@pytest.fixture(scope="module")
def client(aws: LocalAws) -> Callable[[str], Any]:
    def make(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=aws.runtime.endpoint_url,
            region_name="eu-west-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    return make


@pytest.fixture(scope="module")
def athena(client: Callable[[str], Any]) -> Any:
    return client("athena")


@pytest.fixture(scope="module")
def s3(client: Callable[[str], Any]) -> Any:
    return client("s3")


@pytest.fixture(scope="module")
def glue(client: Callable[[str], Any]) -> Any:
    return client("glue")


@pytest.fixture(scope="module", autouse=True)
def movielens(s3: Any, glue: Any) -> None:
    """Two text tables, headerless, one of them not in UTF-8."""
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=BUCKET, Key="ratings/u.data", Body=RATINGS.encode())
    s3.put_object(Bucket=BUCKET, Key="items/u.item", Body=ITEMS.encode("latin-1"))
    glue.create_database(DatabaseInput={"Name": "movielens"})
    lazy = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    ratings = [(name, "bigint") for name in ("userid", "movieid", "rating", "timestamp")]
    items = [("movieid", "bigint"), ("title", "string"), ("unknown", "bigint"), ("action", "bigint")]
    latin = {"field.delim": "|", "serialization.encoding": "ISO-8859-1"}
    for name, columns, parameters in (
        ("ratings", ratings, {"field.delim": "\t"}),
        ("items", items, latin),
    ):
        glue.create_table(
            DatabaseName="movielens",
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": [{"Name": column, "Type": kind} for column, kind in columns],
                    "Location": f"s3://{BUCKET}/{name}/",
                    "SerdeInfo": {"SerializationLibrary": lazy, "Parameters": parameters},
                },
            },
        )


@pytest.fixture(scope="module")
def start(athena: Any) -> Callable[..., str]:
    def run(sql: str, **options: Any) -> str:
        given = {
            "QueryExecutionContext": {"Database": "movielens"},
            "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"},
            **options,
        }
        started: str = athena.start_query_execution(QueryString=sql, **given)["QueryExecutionId"]
        return started

    return run


@pytest.fixture(scope="module")
def run(athena: Any, start: Callable[..., str]) -> Callable[..., dict[str, Any]]:
    """The ended execution of a query."""

    def wait(sql: str, **options: Any) -> dict[str, Any]:
        query = start(sql, **options)
        for _ in range(6000):
            execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            time.sleep(0.02)
        raise AssertionError(f"{sql} did not end")

    return wait


@pytest.fixture(scope="module")
def rows(athena: Any, run: Callable[..., dict[str, Any]]) -> Callable[..., list[list[str | None]]]:
    """The rows of a query that succeeds; a SELECT's begin with its header."""

    def fetch(sql: str, **options: Any) -> list[list[str | None]]:
        execution = run(sql, **options)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        pages = athena.get_paginator("get_query_results").paginate(
            QueryExecutionId=execution["QueryExecutionId"]
        )
        return [
            [value.get("VarCharValue") for value in row["Data"]]
            for page in pages
            for row in page["ResultSet"]["Rows"]
        ]

    return fetch
