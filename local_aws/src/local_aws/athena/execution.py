"""One query execution: its state, times and figures.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import duckdb

from local_aws.hooks import Params
from local_aws.s3_location import S3Location

_INTERRUPT_SECONDS = 0.05
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass
class Execution:
    """A query execution; ``columns`` is the result's ColumnInfo once it succeeded."""

    query: str
    statement_type: str
    substatement_type: str
    catalog: str
    database: str
    workgroup: str
    output_folder: S3Location
    suffix: str
    result_configuration: Params
    scan_limit: int | None = None
    parameters: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid4()))
    state: str = "QUEUED"
    reason: str = ""
    error_category: int = 0
    submitted: float = field(default_factory=time.time)
    started: float | None = None
    completed: float | None = None
    bytes_scanned: int = 0
    rows: int = 0
    update_count: int = 0
    manifest: str = ""
    columns: list[Params] = field(default_factory=list)
    connection: duckdb.DuckDBPyConnection | None = None
    cancel_requested: bool = False

    @property
    def output(self) -> S3Location:
        """The object that holds the result."""
        return self.output_folder.child(f"{self.id}{self.suffix}")

    @property
    def ended(self) -> bool:
        """Whether the state will not change any more."""
        return self.state in _ENDED

    def start(self) -> None:
        """QUEUED → RUNNING."""
        self.state, self.started = "RUNNING", time.time()

    def end(self, state: str, reason: str = "", category: int = 0) -> None:
        """→ SUCCEEDED, FAILED or CANCELLED, once."""
        if not self.ended:
            self.reason, self.error_category, self.completed = reason, category, time.time()
            self.state = state

    def interrupt_until_ended(self) -> None:
        """Interrupt DuckDB again and again: one interrupt is lost if it comes between two statements."""
        while not self.ended:
            connection = self.connection
            if connection is not None:
                with suppress(duckdb.Error):
                    connection.interrupt()
            time.sleep(_INTERRUPT_SECONDS)

    def as_dict(self) -> Params:
        """The execution as GetQueryExecution tells it."""
        told: Params = {
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "SubstatementType": self.substatement_type,
            "ResultConfiguration": {**self.result_configuration, "OutputLocation": str(self.output)},
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": {"Database": self.database, "Catalog": self.catalog},
            "Status": self._status(),
            "Statistics": self._statistics(),
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
        }
        if self.parameters:
            told["ExecutionParameters"] = self.parameters
        return told

    def _status(self) -> Params:
        told: Params = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.completed:
            told["CompletionDateTime"] = self.completed
        if self.reason:
            told["StateChangeReason"] = self.reason
        if self.error_category:
            told["AthenaError"] = {
                "ErrorCategory": self.error_category,
                "ErrorType": 1000 if self.error_category == 2 else 0,
                "Retryable": False,
                "ErrorMessage": self.reason,
            }
        return told

    def _statistics(self) -> Params:
        end = self.completed or time.time()
        start = self.started or end
        told: Params = {
            "EngineExecutionTimeInMillis": int((end - start) * 1000),
            "DataScannedInBytes": self.bytes_scanned,
            "TotalExecutionTimeInMillis": int((end - self.submitted) * 1000),
            "QueryQueueTimeInMillis": int((start - self.submitted) * 1000),
            "ServicePreProcessingTimeInMillis": 0,
            "QueryPlanningTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        return {**told, "DataManifestLocation": self.manifest} if self.manifest else told
