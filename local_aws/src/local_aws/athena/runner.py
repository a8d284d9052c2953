"""Runs a query execution in a thread of its own, from QUEUED to its end."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from sqlglot import exp

from local_aws.account_region import AccountRegion
from local_aws.athena.catalogue import Catalogue
from local_aws.athena.ddl import run_ddl
from local_aws.athena.engine import UNNAMED, Engine
from local_aws.athena.errors import QueryError
from local_aws.athena.execution import Execution
from local_aws.athena.fetch import Fetcher, QueryCancelledError
from local_aws.athena.outcome import Outcome
from local_aws.athena.results import upload, write_select, write_text
from local_aws.athena.show import tell
from local_aws.athena.statement import Statement
from local_aws.athena.values import column_info
from local_aws.athena.writes import create_table_as, insert, unload
from local_aws.runtime import Runtime

_CONCURRENT_QUERIES = 2


class Runner:
    """The queries of one local AWS; each works in a folder that is removed when it ends."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._slots = threading.Semaphore(_CONCURRENT_QUERIES)
        self._folder = runtime.folder / "athena"

    def start(self, execution: Execution, statement: Statement, account_region: AccountRegion) -> None:
        """Queue the execution and return at once."""
        self._runtime.start_thread(
            f"athena {execution.id}",
            lambda: self._run(execution, statement, account_region),
            lambda reason: execution.end("FAILED", f"GENERIC_INTERNAL_ERROR: {reason}", 1),
        )

    def _run(self, execution: Execution, statement: Statement, account_region: AccountRegion) -> None:
        with self._slots:
            if execution.cancel_requested:
                execution.end("CANCELLED")
                return
            execution.start()
            self._folder.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self._folder))
            try:
                self._execute(execution, statement, account_region, folder)
                execution.end("SUCCEEDED")
            except QueryCancelledError:
                execution.end("CANCELLED", execution.reason or "Query cancelled by user")
            except QueryError as failure:
                execution.end("FAILED", failure.reason, failure.category)
            except (Boto3Error, ClientError, BotoCoreError, ValueError) as error:
                execution.end("FAILED", f"GENERIC_USER_ERROR: {error}", 2)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def _execute(
        self, execution: Execution, statement: Statement, account_region: AccountRegion, folder: Path
    ) -> None:
        s3 = self._runtime.client("s3", account_region)
        catalogue = Catalogue(self._runtime.client("glue", account_region))
        fetcher = Fetcher(s3, folder / "objects", lambda: self._must_end(execution, fetcher))
        with Engine(catalogue, fetcher, execution.database, folder) as engine:
            execution.connection = engine.connection
            try:
                outcome = _outcome(engine, statement, execution)
                self._keep(engine, execution, statement, outcome, folder / "result")
            finally:
                execution.bytes_scanned = fetcher.bytes_scanned
                execution.connection = None

    def _must_end(self, execution: Execution, fetcher: Fetcher) -> bool:
        if execution.scan_limit and fetcher.bytes_scanned > execution.scan_limit:
            execution.reason = "Bytes scanned limit was exceeded"
            return True
        return execution.cancel_requested or self._runtime.stopping.is_set()

    def _keep(
        self, engine: Engine, execution: Execution, statement: Statement, outcome: Outcome, file: Path
    ) -> None:
        s3 = engine.fetcher.s3
        execution.update_count = outcome.update_count
        if outcome.written:
            manifest = execution.output_folder.child(f"{execution.id}-manifest.csv")
            s3.put_object(
                Bucket=manifest.bucket, Key=manifest.key, Body="".join(f"{uri}\n" for uri in outcome.written)
            )
            execution.manifest = str(manifest)
        if statement.substatement == "CREATE_TABLE_AS_SELECT":
            return
        if statement.tree is not None and isinstance(statement.tree, exp.Query):
            execution.rows = write_select(engine, statement.tree, outcome, file)
        else:
            execution.rows = write_text(file, outcome.lines)
        execution.columns = outcome.columns
        upload(s3, execution, file)


def _outcome(engine: Engine, statement: Statement, execution: Execution) -> Outcome:
    tree, database = statement.tree, execution.database
    if statement.substatement == "UNLOAD":
        return unload(engine, statement.text)
    if tree is None:
        return tell(engine, statement.text, database)
    if isinstance(tree, exp.Query):
        return _select(engine, tree)
    if isinstance(tree, exp.Insert):
        return insert(engine, tree, database)
    if statement.substatement == "CREATE_TABLE_AS_SELECT" and isinstance(tree, exp.Create):
        tables = execution.output_folder.child(f"tables/{execution.id}/")
        return create_table_as(engine, tree, database, tables)
    return run_ddl(engine, tree, statement.substatement, database)


def _select(engine: Engine, query: exp.Query) -> Outcome:
    sql = engine.translate(query)
    columns = [
        column_info(f"_col{index}" if name == UNNAMED else name, kind)
        for index, (name, kind) in enumerate(engine.columns(sql, query))
    ]
    return Outcome(columns=columns, sql=sql)
