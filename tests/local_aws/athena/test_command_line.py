"""Athena through AWS's own command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from local_aws.server import LocalAws


def athena(aws: LocalAws, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "awscli", "athena", *arguments, "--output", "json"],
        env={**os.environ, **aws.runtime.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_query_is_started_awaited_and_read(aws: LocalAws) -> None:
    query = athena(
        aws,
        "start-query-execution",
        "--query-string",
        "SELECT title FROM items WHERE movieid = 543",
        "--query-execution-context",
        "Database=movielens",
        "--result-configuration",
        "OutputLocation=s3://athena-data/cli/",
    )["QueryExecutionId"]
    state = "QUEUED"
    while state in ("QUEUED", "RUNNING"):
        told = athena(aws, "get-query-execution", "--query-execution-id", query)
        state = told["QueryExecution"]["Status"]["State"]
        time.sleep(0.05)
    results = athena(aws, "get-query-results", "--query-execution-id", query)
    assert results["ResultSet"]["Rows"][1]["Data"] == [{"VarCharValue": "Misérables, Les (1995)"}]
