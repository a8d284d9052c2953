"""Statements other than SELECT: those that change or tell of the catalogue, and those that write data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

Rows = Callable[..., list[list[str | None]]]
Run = Callable[..., dict[str, Any]]


def succeed(run: Run, sql: str) -> dict[str, Any]:
    execution = run(sql)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return execution


def test_a_database_is_made_and_dropped(athena: Any, glue: Any, run: Run) -> None:
    succeed(run, "create database if not exists `made` comment 'here'")
    assert glue.get_database(Name="made")["Database"]["Description"] == "here"
    told = athena.get_database(CatalogName="AwsDataCatalog", DatabaseName="made")["Database"]
    assert told["Name"] == "made"
    assert run("CREATE DATABASE made")["Status"]["State"] == "FAILED"
    succeed(run, "DROP DATABASE made")
    with pytest.raises(athena.exceptions.MetadataException):
        athena.get_database(CatalogName="AwsDataCatalog", DatabaseName="made")


def test_an_external_table_reads_its_files(s3: Any, glue: Any, run: Run, rows: Rows) -> None:
    s3.put_object(
        Bucket="athena-data", Key="csv/m.csv", Body=b'id,title,score\n1,"Usual Suspects, The",2.5\n2,Heat,3\n'
    )
    succeed(
        run,
        "CREATE EXTERNAL TABLE IF NOT EXISTS quoted (id int COMMENT 'key', title string, score double) "
        "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
        "WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '\"') "
        "LOCATION 's3://athena-data/csv/' TBLPROPERTIES ('skip.header.line.count'='1')",
    )
    assert rows("SELECT title, score FROM quoted ORDER BY id")[1:] == [
        ["Usual Suspects, The", "2.5"],
        ["Heat", "3.0"],
    ]
    assert rows("DESCRIBE quoted")[0][0] == f"{'id':<20}\t{'int':<20}\t{'key':<20}"
    created = "".join(str(row[0]) for row in rows("SHOW CREATE TABLE quoted"))
    assert "OpenCSVSerde" in created
    assert "LOCATION  's3://athena-data/csv/'" in created
    succeed(run, "DROP TABLE quoted")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_table(DatabaseName="movielens", Name="quoted")
    assert "Table not found" in run("DROP TABLE quoted")["Status"]["StateChangeReason"]
    succeed(run, "DROP TABLE IF EXISTS quoted")


def test_a_bad_value_in_a_strict_table_fails_the_query(s3: Any, run: Run) -> None:
    s3.put_object(Bucket="athena-data", Key="bad/m.csv", Body=b"1,x\n")
    succeed(
        run,
        "CREATE EXTERNAL TABLE bad (a int, b int) ROW FORMAT SERDE "
        "'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://athena-data/bad/'",
    )
    status = run("SELECT * FROM bad")["Status"]
    assert status["StateChangeReason"].startswith("HIVE_BAD_DATA: ")


def test_what_there_is_is_shown(rows: Rows) -> None:
    assert ["movielens"] in rows("SHOW DATABASES")
    assert rows("SHOW TABLES IN movielens 'r*'") == [["ratings"]]
    assert [str(row[0]).strip() for row in rows("SHOW COLUMNS IN ratings")] == [
        "userid",
        "movieid",
        "rating",
        "timestamp",
    ]
    assert rows("EXPLAIN SELECT count(*) FROM ratings")


def test_a_table_is_created_from_a_query(glue: Any, run: Run, rows: Rows) -> None:
    execution = succeed(
        run,
        "CREATE TABLE liked WITH (format = 'PARQUET', external_location = 's3://athena-data/liked/', "
        "partitioned_by = ARRAY['rating']) AS SELECT userid, movieid AS movieId, sum(1) n, rating "
        "FROM ratings GROUP BY userid, movieid, rating",
    )
    assert execution["Statistics"]["DataManifestLocation"].endswith("-manifest.csv")
    table = glue.get_table(DatabaseName="movielens", Name="liked")["Table"]
    assert {c["Name"]: c["Type"] for c in table["StorageDescriptor"]["Columns"]} == {
        "userid": "bigint",
        "movieid": "bigint",
        "n": "bigint",
    }
    assert [key["Name"] for key in table["PartitionKeys"]] == ["rating"]
    assert rows("SELECT rating, count(*) FROM liked WHERE rating > 1 GROUP BY 1 ORDER BY 1")[1:] == [
        ["3", "2"],
        ["4", "1"],
    ]
    assert sorted(row[0] or "" for row in rows("SHOW PARTITIONS liked")) == [
        "rating=1",
        "rating=3",
        "rating=4",
    ]
    assert run("CREATE TABLE liked AS SELECT 1 AS a")["Status"]["StateChangeReason"].startswith(
        "TABLE_ALREADY_EXISTS"
    )
    unnamed = run("CREATE TABLE unnamed AS SELECT count(*) FROM ratings")
    assert unnamed["Status"]["StateChangeReason"].startswith("MISSING_COLUMN_NAME")


@pytest.mark.parametrize("form", ["TEXTFILE", "JSON", "PARQUET"])
def test_rows_are_inserted_into_tables_of_every_format(run: Run, rows: Rows, form: str) -> None:
    name = f"kept_{form.lower()}"
    succeed(run, f"CREATE TABLE {name} WITH (format = '{form}') AS SELECT 1 AS a, 'x y' AS b, 2.5e0 AS c")
    succeed(run, f"INSERT INTO {name} (b, a) VALUES ('z', 2), (NULL, 3)")  # noqa: S608
    assert rows(f"SELECT * FROM {name} ORDER BY a")[1:] == [  # noqa: S608
        ["1", "x y", "2.5"],
        ["2", "z", None],
        ["3", None, None],
    ]


def test_rows_are_unloaded(s3: Any, run: Run, tmp_path: Path) -> None:
    succeed(
        run,
        "UNLOAD (SELECT userid, rating FROM ratings ORDER BY 1) TO 's3://athena-data/unloaded/' "
        "WITH (format = 'PARQUET')",
    )
    key = s3.list_objects_v2(Bucket="athena-data", Prefix="unloaded/")["Contents"][0]["Key"]
    body = s3.get_object(Bucket="athena-data", Key=key)["Body"].read()
    file = tmp_path / "rows.parquet"
    file.write_bytes(body)
    assert duckdb.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall() == [(4,)]
    again = run("UNLOAD (SELECT 1 a) TO 's3://athena-data/unloaded/' WITH (format = 'PARQUET')")
    assert again["Status"]["StateChangeReason"].startswith("HIVE_PATH_ALREADY_EXISTS")


def test_partitions_are_found_by_repair(s3: Any, run: Run, rows: Rows) -> None:
    for day, body in (("1", "a|1\n"), ("2", "b|2\nc|3\n")):
        s3.put_object(Bucket="athena-data", Key=f"days/day={day}/x.txt", Body=body.encode())
    succeed(
        run,
        "CREATE EXTERNAL TABLE days (name string, n int) PARTITIONED BY (day int) "
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' LOCATION 's3://athena-data/days/'",
    )
    assert rows("SELECT count(*) FROM days")[1] == ["0"]
    succeed(run, "ALTER TABLE days ADD PARTITION (day = '1') LOCATION 's3://athena-data/days/day=1/'")
    assert rows("MSCK REPAIR TABLE days")[-1] == ["Repair: Added partition to metastore days:day=2"]
    assert rows("SELECT name, day + 1 FROM days WHERE day = 2 ORDER BY name")[1:] == [["b", "3"], ["c", "3"]]


def test_a_view_stands_for_its_query(run: Run, rows: Rows) -> None:
    succeed(run, "CREATE VIEW means AS SELECT movieid, avg(rating) AS mean FROM ratings GROUP BY 1")
    assert rows("SELECT mean FROM means WHERE movieid = 242") == [["mean"], ["3.0"]]
    assert ["means"] in rows("SHOW VIEWS")
    succeed(run, "DROP VIEW means")


def test_the_catalogue_is_told_by_athena(athena: Any) -> None:
    assert {"CatalogName": "AwsDataCatalog", "Type": "GLUE"} in athena.list_data_catalogs()[
        "DataCatalogsSummary"
    ]
    where = {"CatalogName": "AwsDataCatalog", "DatabaseName": "movielens"}
    assert "movielens" in [
        database["Name"] for database in athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    ]
    table = athena.get_table_metadata(**where, TableName="ratings")["TableMetadata"]
    assert table["Columns"][0] == {"Name": "userid", "Type": "bigint"}
    listed = athena.list_table_metadata(**where, Expression="it.*")["TableMetadataList"]
    assert [table["Name"] for table in listed] == ["items"]
    with pytest.raises(athena.exceptions.MetadataException):
        athena.get_table_metadata(**where, TableName="nowhere")
