"""What runs on a local AWS, as tables: pipelines, builds, training jobs, endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from local_aws.runtime import Runtime

_MOST = 20
_STYLES = {
    **dict.fromkeys(("Succeeded", "SUCCEEDED", "Completed", "InService"), "green"),
    **dict.fromkeys(("Failed", "FAILED", "FAULT", "TIMED_OUT", "OutOfService"), "red"),
    **dict.fromkeys(("InProgress", "IN_PROGRESS", "Creating", "Updating", "Stopping"), "yellow"),
}


def tables(runtime: Runtime) -> list[RenderableType]:
    """One table for each kind of thing that there is; the newest builds and jobs first."""
    kinds = (_pipelines, _builds, _training_jobs, _endpoints)
    return [table for table in (kind(runtime) for kind in kinds) if table.row_count]


def _pipelines(runtime: Runtime) -> Table:
    table = _table("Pipelines", "Pipeline", "Stage", "Action", "Status", "Since")
    codepipeline = runtime.client("codepipeline")
    for pipeline in codepipeline.list_pipelines()["pipelines"]:
        for stage in codepipeline.get_pipeline_state(name=pipeline["name"])["stageStates"]:
            for action in stage["actionStates"]:
                latest = action.get("latestExecution", {})
                table.add_row(
                    pipeline["name"],
                    stage["stageName"],
                    action["actionName"],
                    _status(latest.get("status", "not run")),
                    _clock(latest.get("lastStatusChange")),
                )
    return table


def _builds(runtime: Runtime) -> Table:
    table = _table("Builds", "Build", "Status", "Started", "Took")
    codebuild = runtime.client("codebuild")
    ids = codebuild.list_builds(sortOrder="DESCENDING")["ids"][:_MOST]
    found = {build["id"]: build for build in codebuild.batch_get_builds(ids=ids)["builds"]} if ids else {}
    for build in (found[each] for each in ids if each in found):
        started, ended = build.get("startTime"), build.get("endTime")
        table.add_row(
            _short(build["id"]),
            _status(_state(build)),
            _clock(started),
            _took(started, ended),
        )
    return table


def _training_jobs(runtime: Runtime) -> Table:
    table = _table("Training jobs", "Training job", "Status", "Started", "Took")
    jobs = runtime.client("sagemaker").list_training_jobs(
        SortBy="CreationTime", SortOrder="Descending", MaxResults=_MOST
    )
    for job in jobs["TrainingJobSummaries"]:
        started = job["CreationTime"]
        took = _took(started, job.get("TrainingEndTime"))
        table.add_row(job["TrainingJobName"], _status(job["TrainingJobStatus"]), _clock(started), took)
    return table


def _endpoints(runtime: Runtime) -> Table:
    table = _table("Endpoints", "Endpoint", "Status", "Configuration", "Since")
    sagemaker = runtime.client("sagemaker")
    for summary in sagemaker.list_endpoints()["Endpoints"]:
        endpoint = sagemaker.describe_endpoint(EndpointName=summary["EndpointName"])
        table.add_row(
            endpoint["EndpointName"],
            _status(endpoint["EndpointStatus"]),
            endpoint.get("EndpointConfigName", ""),
            _clock(endpoint["LastModifiedTime"]),
        )
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _status(status: str) -> Text:
    return Text(status, _STYLES.get(status, ""))


def _clock(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%H:%M:%S") if moment else ""


def _took(started: Any, ended: Any) -> str:
    return f"{(ended - started).total_seconds():.0f} s" if started and ended else ""


def _state(build: Mapping[str, Any]) -> str:
    """The phase of a build that runs, else how it ended."""
    status = str(build["buildStatus"])
    return str(build.get("currentPhase", status)) if status == "IN_PROGRESS" else status


def _short(build: str) -> str:
    """As much of a build's id as ``logs`` needs, which fits a narrow terminal."""
    project, _, identifier = build.partition(":")
    return f"{project}:{identifier[:8]}"


def names(found: Sequence[tuple[str, str]]) -> list[str]:
    """A line for each name that ``logs`` knows: no frame, so that it is copied whole."""
    width = max((len(kind) for kind, _ in found), default=0)
    return [f"{kind:{width}}  {_short(name) if kind == 'build' else name}" for kind, name in found]
