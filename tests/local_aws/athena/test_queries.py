"""SELECT statements, through boto3: what they compute, how they are told and how they fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

Rows = Callable[..., list[list[str | None]]]
Run = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT count(*) FROM ratings", [["_col0"], ["4"]]),
        ("SELECT 5/2, 5/2.0, -5/2", [["_col0", "_col1", "_col2"], ["2", "2.5", "-2"]]),
        ("SELECT sum(rating)/count(*) AS Mean FROM ratings", [["Mean"], ["2"]]),
        ("SELECT avg(rating) FROM ratings", [["_col0"], ["2.75"]]),
        ("SELECT *, 1 FROM (SELECT userId u FROM ratings LIMIT 1)", [["u", "_col1"], ["196", "1"]]),
        (
            'SELECT title FROM "movielens"."items" WHERE movieId = 543',
            [["title"], ["Misérables, Les (1995)"]],
        ),
        ("SELECT unknown, action FROM items WHERE movieid = 242", [["unknown", "action"], [None, None]]),
        (
            "WITH liked AS (SELECT movieid FROM ratings WHERE rating >= 3) "
            "SELECT title, count(*) AS n FROM liked JOIN awsdatacatalog.movielens.items USING (movieid) "
            "GROUP BY title ORDER BY 1",
            [["title", "n"], ["Kolya (1996)", "1"]],
        ),
        ("SELECT 1e7, 0.25e0, 1e0/3", [["_col0", "_col1", "_col2"], ["1.0E7", "0.25", "0.3333333333333333"]]),
        ("SELECT true, CAST(1.5 AS decimal(5,2)), date '1997-09-20'", None),
        ("SELECT array[1, 2], 'say \"hi\", ok', ''", [None, ["[1, 2]", 'say "hi", ok', ""]]),
    ],
)
def test_a_select_answers_as_athena_does(rows: Rows, sql: str, expected: list[Any] | None) -> None:
    answer = rows(sql)
    if expected is None:
        expected = [answer[0], ["true", "1.50", "1997-09-20"]]
    elif expected[0] is None:
        expected = [answer[0], *expected[1:]]
    assert answer == expected


def test_columns_carry_athenas_types(athena: Any, run: Run) -> None:
    execution = run("SELECT sum(rating), title, CAST(1 AS decimal(5,2)) d FROM ratings, items GROUP BY 2")
    page = athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    told = [(column["Name"], column["Type"], column["Precision"], column["Scale"]) for column in columns]
    assert told == [
        ("_col0", "bigint", 19, 0),
        ("title", "varchar", 2147483647, 0),
        ("d", "decimal", 5, 2),
    ]


def test_a_query_tells_what_it_did(run: Run) -> None:
    execution = run("SELECT count(*) FROM ratings")
    assert execution["StatementType"] == "DML"
    assert execution["Statistics"]["DataScannedInBytes"] == 78
    assert execution["WorkGroup"] == "primary"
    assert execution["Status"]["SubmissionDateTime"] <= execution["Status"]["CompletionDateTime"]


def test_results_are_written_to_s3_beside_their_metadata(s3: Any, run: Run) -> None:
    execution = run("SELECT movieid, title, action FROM items ORDER BY movieid LIMIT 2")
    key = f"results/{execution['QueryExecutionId']}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://athena-data/{key}"
    body = s3.get_object(Bucket="athena-data", Key=key)["Body"].read().decode()
    assert body == '"movieid","title","action"\n"1","Toy Story (1995)","1"\n"242","Kolya (1996)",\n'
    assert s3.head_object(Bucket="athena-data", Key=f"{key}.metadata")["ContentLength"]


def test_results_come_in_pages(athena: Any, run: Run) -> None:
    query = run("SELECT x, 'a\nb' FROM unnest(sequence(1, 2500)) AS t(x)")["QueryExecutionId"]
    pages = list(athena.get_paginator("get_query_results").paginate(QueryExecutionId=query))
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [1000, 1000, 501]
    assert pages[2]["ResultSet"]["Rows"][-1] == {"Data": [{"VarCharValue": "2500"}, {"VarCharValue": "a\nb"}]}
    few = athena.get_query_results(QueryExecutionId=query, MaxResults=2)
    assert len(few["ResultSet"]["Rows"]) == 2
    with pytest.raises(athena.exceptions.InvalidRequestException, match="NextToken"):
        athena.get_query_results(QueryExecutionId=query, NextToken="nonsense")


def test_parameters_take_the_place_of_question_marks(rows: Rows) -> None:
    sql = "SELECT ?, title FROM items WHERE movieid = ? AND title LIKE '%?%' OR title = ? LIMIT ?"
    assert rows(sql, ExecutionParameters=["7", "1", "'Kolya (1996)'", "5"])[1:] == [["7", "Kolya (1996)"]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (
            "SELECT * FROM nowhere",
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.movielens.nowhere' does not exist",
        ),
        (
            "SELECT userid,\n  stars FROM ratings",
            "COLUMN_NOT_FOUND: line 2:3: Column 'stars' cannot be resolved or requester is not authorized to "
            "access requested resources",
        ),
        ("SELECT nothing_such(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'nothing_such' not registered"),
        ("SELECT CAST(title AS bigint) FROM items", "INVALID_CAST_ARGUMENT: Cannot cast"),
        ("SELECT 1/0", "DIVISION_BY_ZERO: / by zero"),
        ("SELECT * FROM other.movielens.items", "CATALOG_NOT_FOUND: Catalog 'other' does not exist"),
    ],
)
def test_a_query_that_cannot_run_fails_in_athenas_words(run: Run, sql: str, reason: str) -> None:
    status = run(sql)["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith(reason)
    assert status["AthenaError"]["ErrorCategory"] == 2


def test_the_results_of_a_failed_query_cannot_be_read(athena: Any, run: Run) -> None:
    query = run("SELECT * FROM nowhere")["QueryExecutionId"]
    with pytest.raises(athena.exceptions.InvalidRequestException, match="Final query state: FAILED"):
        athena.get_query_results(QueryExecutionId=query)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "line 1:"),
        ("SELECT 'open", "line 1:1"),
        ("SELECT 1; SELECT 2", "Only one sql statement"),
        ("DELETE FROM ratings", "Queries of this type are not supported"),
        ("SELECT ?", "Incorrect number of parameters: expected 1 but found 0"),
    ],
)
def test_what_cannot_be_parsed_is_refused_at_once(
    athena: Any, start: Callable[..., str], sql: str, message: str
) -> None:
    with pytest.raises(athena.exceptions.InvalidRequestException, match=message):
        start(sql)


def test_a_file_of_this_machine_cannot_be_read(run: Run) -> None:
    assert run("SELECT * FROM read_csv('/etc/passwd')")["Status"]["State"] == "FAILED"


def test_the_same_token_starts_one_query(athena: Any, start: Callable[..., str]) -> None:
    token = "a-token-of-at-least-thirty-two-characters"
    assert start("SELECT 1", ClientRequestToken=token) == start("SELECT 1", ClientRequestToken=token)
    with pytest.raises(athena.exceptions.InvalidRequestException, match="Idempotent parameters"):
        start("SELECT 2", ClientRequestToken=token)


def test_a_stopped_query_ends_cancelled(athena: Any, start: Callable[..., str]) -> None:
    query = start(  # hours of work
        "WITH n AS (SELECT x FROM unnest(sequence(1, 3000000)) AS t(x)) "
        "SELECT count(*) FROM n AS a, n AS b WHERE sqrt(a.x) * b.x = 0.5e0"
    )
    while athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] == "QUEUED":
        continue
    athena.stop_query_execution(QueryExecutionId=query)
    for _ in range(6000):
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] != "RUNNING":
            break
        time.sleep(0.02)
    assert (status["State"], status["StateChangeReason"]) == ("CANCELLED", "Query cancelled by user")


def test_executions_are_listed_newest_first_and_told_together(athena: Any, run: Run) -> None:
    first, second = (run(f"SELECT {number}")["QueryExecutionId"] for number in (1, 2))
    page = athena.list_query_executions(MaxResults=1)
    assert page["QueryExecutionIds"] == [second]
    following = athena.list_query_executions(MaxResults=1, NextToken=page["NextToken"])
    assert following["QueryExecutionIds"] == [first]
    told = athena.batch_get_query_execution(QueryExecutionIds=[first, "unknown"])
    assert [execution["Query"] for execution in told["QueryExecutions"]] == ["SELECT 1"]
    assert told["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == "unknown"


def test_many_rows_are_queried_and_paged(s3: Any, rows: Rows, athena: Any, run: Run) -> None:
    lines = (b"%d\t%d\n" % (n % 7, n) for n in range(200_000))
    s3.put_object(Bucket="athena-data", Key="big/u.data", Body=b"".join(lines))
    run(
        "CREATE EXTERNAL TABLE big (a int, b bigint) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' "
        "LOCATION 's3://athena-data/big/'"
    )
    assert rows("SELECT count(*), sum(b) FROM big WHERE a < 7")[1] == ["200000", "19999900000"]
    everything = run("SELECT * FROM big")
    page = athena.get_query_results(QueryExecutionId=everything["QueryExecutionId"])
    assert len(page["ResultSet"]["Rows"]) == 1000
