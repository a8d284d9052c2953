"""The operations on query executions.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

from botocore.exceptions import ClientError

from local_aws.account_region import AccountRegion
from local_aws.athena.catalogue import CATALOG
from local_aws.athena.execution import Execution
from local_aws.athena.results import read_page
from local_aws.athena.runner import Runner
from local_aws.athena.statement import parse
from local_aws.athena.workgroups import effective_settings, invalid_request
from local_aws.hooks import Call, Hooks, Params
from local_aws.iam.authorizer import Authorizer
from local_aws.iam.roles import ServiceRoles
from local_aws.runtime import Runtime

_MAX_ROWS = 1000
_MAX_LISTED = 50

Key = tuple[str, str]


class Queries:
    """The query executions of every account and region, in the order of submission."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._runner = Runner(runtime)
        self._executions: dict[Key, dict[str, Execution]] = {}
        self._tokens: dict[tuple[Key, str], tuple[Params, str]] = {}

    def register(self, hooks: Hooks) -> None:
        """Answer the operations on query executions."""
        hooks.handle("athena", "StartQueryExecution", self._start)
        hooks.handle("athena", "GetQueryExecution", self._get)
        hooks.handle("athena", "BatchGetQueryExecution", self._batch_get)
        hooks.handle("athena", "ListQueryExecutions", self._list)
        hooks.handle("athena", "StopQueryExecution", self._stop)
        hooks.handle("athena", "GetQueryResults", self._results)
        hooks.handle("athena", "GetQueryRuntimeStatistics", self._statistics)
        hooks.before("athena", "DeleteWorkGroup", self._refuse_to_delete_history)
        for operation in (
            "GetQueryExecution",
            "GetQueryResults",
            "GetQueryRuntimeStatistics",
            "StopQueryExecution",
        ):
            self._runtime.engine(Authorizer).about("athena", operation, self._workgroup)

    def _of(self, call: Call) -> dict[str, Execution]:
        return self._executions.setdefault((call.account_id, call.region), {})

    def _forward(self, call: Call) -> AccountRegion:
        """Athena reads and writes in the caller's name."""
        return self._runtime.engine(ServiceRoles).forward(call, "athena.amazonaws.com")

    def _workgroup(self, call: Call) -> str:
        """The ARN of the workgroup of a call's query."""
        return call.arn("athena", f"workgroup/{self._find(call).workgroup}")

    def _find(self, call: Call) -> Execution:
        wanted = call.params["QueryExecutionId"]
        execution = self._of(call).get(wanted)
        if execution is None:
            raise invalid_request(f"QueryExecution {wanted} was not found")
        return execution

    def _refuse_to_delete_history(self, call: Call) -> Call:
        name = call.params["WorkGroup"]
        used = any(execution.workgroup == name for execution in self._of(call).values())
        if used and not call.params.get("RecursiveDeleteOption"):
            raise invalid_request(f"WorkGroup {name} is not empty")
        return call

    def _start(self, call: Call) -> Params:
        params = call.params
        token = params.pop("ClientRequestToken", None)
        key = ((call.account_id, call.region), str(token))
        if token and key in self._tokens:
            before, started = self._tokens[key]
            if before != params:
                raise invalid_request("Idempotent parameters do not match")
            return {"QueryExecutionId": started}
        execution = self._submit(call, params)
        if token:
            self._tokens[key] = params, execution.id
        return {"QueryExecutionId": execution.id}

    def _submit(self, call: Call, params: Params) -> Execution:
        workgroup = params.get("WorkGroup") or "primary"
        settings = effective_settings(call, workgroup, params.get("ResultConfiguration") or {})
        statement = parse(params["QueryString"], params.get("ExecutionParameters") or [])
        bucket = settings.output_folder.bucket
        try:
            account_region = self._forward(call)
            self._runtime.client("s3", account_region).get_bucket_location(Bucket=bucket)
        except ClientError as error:
            raise invalid_request(f"Unable to verify/create output bucket {bucket}") from error
        context = params.get("QueryExecutionContext") or {}
        execution = Execution(
            query=params["QueryString"],
            statement_type=statement.kind,
            substatement_type=statement.substatement,
            catalog=(context.get("Catalog") or CATALOG).lower(),
            database=context.get("Database") or "default",
            workgroup=workgroup,
            output_folder=settings.output_folder,
            suffix=statement.suffix,
            result_configuration=settings.result_configuration,
            scan_limit=settings.scan_limit,
            parameters=params.get("ExecutionParameters") or [],
        )
        self._of(call)[execution.id] = execution
        self._runner.start(execution, statement, account_region)
        return execution

    def _get(self, call: Call) -> Params:
        return {"QueryExecution": self._find(call).as_dict()}

    def _batch_get(self, call: Call) -> Params:
        known, wanted = self._of(call), call.params["QueryExecutionIds"]
        if len(wanted) > _MAX_LISTED:
            raise invalid_request(f"At most {_MAX_LISTED} QueryExecutionIds are allowed, not {len(wanted)}")
        return {
            "QueryExecutions": [known[item].as_dict() for item in wanted if item in known],
            "UnprocessedQueryExecutionIds": [
                {
                    "QueryExecutionId": item,
                    "ErrorCode": "INVALID_INPUT",
                    "ErrorMessage": f"QueryExecution {item} was not found",
                }
                for item in wanted
                if item not in known
            ],
        }

    def _list(self, call: Call) -> Params:
        params = call.params
        workgroup = params.get("WorkGroup") or "primary"
        ids = [item.id for item in reversed(self._of(call).values()) if item.workgroup == workgroup]
        start = ids.index(params["NextToken"]) if params.get("NextToken") in ids else 0
        end = start + int(params.get("MaxResults") or _MAX_LISTED)
        page: Params = {"QueryExecutionIds": ids[start:end]}
        return {**page, "NextToken": ids[end]} if end < len(ids) else page

    def _stop(self, call: Call) -> Params:
        execution = self._find(call)
        if not execution.ended:
            execution.cancel_requested = True
            self._runtime.start_thread(
                f"stop {execution.id}",
                execution.interrupt_until_ended,
                lambda reason: execution.end("CANCELLED", reason),
            )
        return {}

    def _results(self, call: Call) -> Params:
        execution, params = self._find(call), call.params
        if not execution.ended:
            raise invalid_request(f"Query has not yet finished. Current state: {execution.state}")
        if execution.state != "SUCCEEDED":
            raise invalid_request(f"Query did not finish successfully. Final query state: {execution.state}")
        limit = int(params.get("MaxResults") or _MAX_ROWS)
        if not 1 <= limit <= _MAX_ROWS:
            raise invalid_request(f"MaxResults is more than maximum allowed length {_MAX_ROWS}.")
        if not execution.suffix:
            return {
                "UpdateCount": execution.update_count,
                "ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}},
            }
        try:
            return read_page(
                self._runtime.client("s3", self._forward(call)), execution, params.get("NextToken"), limit
            )
        except ClientError as error:
            raise invalid_request(f"Could not find results: {error.response['Error']['Message']}") from error

    def _statistics(self, call: Call) -> Params:
        execution = self._find(call)
        statistics = execution.as_dict()["Statistics"]
        timeline = {key: value for key, value in statistics.items() if key.endswith("InMillis")}
        rows = {"InputBytes": execution.bytes_scanned, "OutputRows": execution.rows}
        return {"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": rows}}
