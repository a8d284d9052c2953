"""Crawlers, through boto3: what they find, how they end."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

RATINGS = "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n"
ITEMS = (
    "1|Toy Story (1995)|01-Jan-1995||0|0|1\n"
    "543|Misérables, Les (1995)|01-Jan-1995||0|0|0\n"
    "1633|Á köldum klaka (Cold Fever) (1994)|08-Mar-1996||0|0|0\n"
)

Crawl = Callable[..., dict[str, Any]]
Table = Callable[[str], dict[str, Any]]


def columns(table: dict[str, Any]) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def put(s3: Any, bucket: str, key: str, body: str | bytes) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=body.encode() if isinstance(body, str) else body)


def test_a_folder_of_tab_separated_rows_becomes_a_table_as_glue_writes_it(
    s3: Any, bucket: str, crawl: Crawl, table: Table
) -> None:
    put(s3, bucket, "ratings/u.data", RATINGS)
    crawler = crawl("ratings/")
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    found = table("ratings")
    assert columns(found) == dict.fromkeys(("col0", "col1", "col2", "col3"), "bigint")
    storage = found["StorageDescriptor"]
    assert found["TableType"] == "EXTERNAL_TABLE"
    assert storage["Location"] == f"s3://{bucket}/ratings/"
    assert storage["InputFormat"] == "org.apache.hadoop.mapred.TextInputFormat"
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": "\t"},
    }
    expected = {
        "classification": "csv",
        "delimiter": "\t",
        "compressionType": "none",
        "objectCount": "1",
        "recordCount": "3",
    }
    assert expected.items() <= found["Parameters"].items()
    assert "skip.header.line.count" not in found["Parameters"]


def test_each_folder_of_another_shape_becomes_a_table_of_its_own(
    s3: Any, glue: Any, bucket: str, crawl: Crawl, table: Table
) -> None:
    put(s3, bucket, "raw/ratings/u.data", RATINGS)
    put(s3, bucket, "raw/items/u.item", ITEMS.encode("latin-1"))
    put(s3, bucket, "raw/athena-results/query.csv", "a,b\n1,2\n")
    crawl(
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/raw", "Exclusions": ["athena-results/**"]}]},
        TablePrefix="ml_",
    )
    names = [found["Name"] for found in glue.get_tables(DatabaseName=bucket)["TableList"]]
    assert sorted(names) == ["ml_items", "ml_ratings"]
    assert list(columns(table("ml_items")).values()) == [
        "bigint",
        "string",
        "string",
        "string",
        "bigint",
        "bigint",
        "bigint",
    ]
    serde = table("ml_items")["StorageDescriptor"]["SerdeInfo"]["Parameters"]
    assert serde == {"field.delim": "|", "serialization.encoding": "ISO-8859-1"}


@pytest.mark.parametrize(
    ("body", "expected", "skipped"),
    [
        ("movieId,score\n1,2.5\n2,3\n", {"movieid": "bigint", "score": "double"}, "1"),
        ("name,genre\nHeat,Crime\nBabe,Drama\n", {"col0": "string", "col1": "string"}, None),
        ("1;x\n2;y\n", {"col0": "bigint", "col1": "string"}, None),
    ],
)
def test_a_header_is_found_where_the_rows_below_it_differ(
    s3: Any,
    bucket: str,
    crawl: Crawl,
    table: Table,
    body: str,
    expected: dict[str, str],
    skipped: str | None,
) -> None:
    put(s3, bucket, "t/file.csv", body)
    crawl("t/")
    assert columns(table("t")) == expected
    assert table("t")["Parameters"].get("skip.header.line.count") == skipped


def test_json_lines_and_compressed_files_are_classified(
    s3: Any, bucket: str, crawl: Crawl, table: Table
) -> None:
    rows = [{"userId": 1, "score": 2.5, "tags": ["a"]}, {"userId": 2**40, "score": 3, "who": {"age": 3}}]
    put(s3, bucket, "j/part.json.gz", gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    crawl("j/")
    found = table("j")
    assert columns(found) == {
        "userid": "bigint",
        "score": "double",
        "tags": "array<string>",
        "who": "struct<age:int>",
    }
    assert found["Parameters"]["classification"] == "json"
    assert found["Parameters"]["compressionType"] == "gzip"


def test_parquet_files_are_described_by_their_footer(
    s3: Any, bucket: str, crawl: Crawl, table: Table, tmp_path: Path
) -> None:
    file = tmp_path / "part.parquet"
    duckdb.execute(f"COPY (SELECT 1::BIGINT AS userId, 'x' AS name, [1.5] AS scores) TO '{file}'")
    put(s3, bucket, "p/part.parquet", file.read_bytes())
    crawl("p/")
    found = table("p")
    assert list(columns(found)) == ["userid", "name", "scores"]
    assert found["Parameters"]["recordCount"] == "1"
    assert found["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")


def test_key_value_folders_become_partitions(s3: Any, glue: Any, bucket: str, crawl: Crawl) -> None:
    for year, month in (("1997", "9"), ("1997", "10"), ("1998", "1")):
        put(s3, bucket, f"ratings/year={year}/Month={month}/u.data", RATINGS)
    crawl("ratings/")
    found = glue.get_table(DatabaseName=bucket, Name="ratings")["Table"]
    assert [key["Name"] for key in found["PartitionKeys"]] == ["year", "month"]
    partitions = glue.get_partitions(DatabaseName=bucket, TableName="ratings")["Partitions"]
    assert sorted(part["Values"] for part in partitions) == [["1997", "10"], ["1997", "9"], ["1998", "1"]]
    locations = {part["StorageDescriptor"]["Location"] for part in partitions}
    assert f"s3://{bucket}/ratings/year=1998/Month=1/" in locations


def test_a_second_crawl_adds_partitions_and_updates_the_schema(
    s3: Any,
    glue: Any,
    bucket: str,
    crawl: Crawl,
    run_crawler: Callable[[str], dict[str, Any]],
    table: Table,
) -> None:
    put(s3, bucket, "r/day=1/a.csv", "1,2,3,4\n5,6,7,8\n")
    crawl("r/")
    put(s3, bucket, "r/day=2/a.csv", "1,2,3,x\n5,6,7,y\n")
    run_crawler(f"crawler-{bucket}")
    assert columns(table("r"))["col3"] == "string"
    assert len(glue.get_partitions(DatabaseName=bucket, TableName="r")["Partitions"]) == 2
    metrics = glue.get_crawler_metrics(CrawlerNameList=[f"crawler-{bucket}"])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 1)


@pytest.mark.parametrize(
    ("behaviour", "remaining"), [("DELETE_FROM_DATABASE", 0), ("DEPRECATE_IN_DATABASE", 1), ("LOG", 1)]
)
def test_a_table_whose_files_are_gone_is_treated_as_the_policy_says(
    s3: Any,
    glue: Any,
    bucket: str,
    crawl: Crawl,
    run_crawler: Callable[[str], dict[str, Any]],
    behaviour: str,
    remaining: int,
) -> None:
    put(s3, bucket, "t/a.csv", "1,2\n3,4\n")
    crawl("t/", SchemaChangePolicy={"UpdateBehavior": "LOG", "DeleteBehavior": behaviour})
    s3.delete_object(Bucket=bucket, Key="t/a.csv")
    run_crawler(f"crawler-{bucket}")
    left = glue.get_tables(DatabaseName=bucket)["TableList"]
    assert len(left) == remaining
    deprecated = [found for found in left if "DEPRECATED_BY_CRAWLER" in found["Parameters"]]
    assert bool(deprecated) == (behaviour == "DEPRECATE_IN_DATABASE")


def test_a_crawl_of_a_missing_bucket_fails_with_the_reason(glue: Any, client: Any, crawl: Crawl) -> None:
    crawler = crawl(Targets={"S3Targets": [{"Path": "s3://no-such-bucket-anywhere/x/"}]})
    last = crawler["LastCrawl"]
    assert last["Status"] == "FAILED"
    assert last["ErrorMessage"] == (
        "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket)"
    )
    assert glue.list_crawls(CrawlerName=crawler["Name"])["Crawls"][0]["State"] == "FAILED"
    events = client("logs").get_log_events(
        logGroupName=last["LogGroup"], logStreamName=last["LogStream"], startFromHead=True
    )["events"]
    assert any("ERROR : The specified bucket" in event["message"] for event in events)


def test_a_crawl_of_nothing_makes_no_table_and_says_so_in_its_log(
    glue: Any, client: Any, bucket: str, crawl: Crawl
) -> None:
    crawler = crawl("empty/")
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    assert glue.get_tables(DatabaseName=bucket)["TableList"] == []
    events = client("logs").get_log_events(
        logGroupName="/aws-glue/crawlers", logStreamName=crawler["Name"], startFromHead=True
    )["events"]
    assert any(f"No objects to classify under s3://{bucket}/empty/" in event["message"] for event in events)


def test_a_file_that_no_classifier_knows_is_of_unknown_classification(
    s3: Any, bucket: str, crawl: Crawl, table: Table
) -> None:
    put(s3, bucket, "odd/ratings.dat", "1::1193::5\n1::661::3\n")
    crawler = crawl("odd/")
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler
    assert table("odd")["Parameters"]["classification"] == "UNKNOWN"
    assert columns(table("odd")) == {}


def test_a_crawler_that_does_not_exist_cannot_be_started(glue: Any) -> None:
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.start_crawler(Name="nobody")


def test_a_crawler_that_is_not_running_cannot_be_stopped(glue: Any, crawl: Crawl, bucket: str) -> None:
    crawl("empty/")
    with pytest.raises(glue.exceptions.CrawlerNotRunningException):
        glue.stop_crawler(Name=f"crawler-{bucket}")
