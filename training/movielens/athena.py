"""The ratings counted by Athena."""

from __future__ import annotations

import time
from typing import Any

from mlops.spec import Names
from mlops.train.build import TrainingError
from training.movielens.catalogue import TABLE

_POLL_SECONDS = 0.5


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
