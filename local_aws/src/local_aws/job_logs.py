"""The logs of builds, training jobs and endpoints, found in CloudWatch Logs by name."""

from __future__ import annotations

from collections.abc import Iterator

from local_aws.account_region import AccountRegion
from local_aws.runtime import Runtime

TRAINING_GROUP = "/aws/sagemaker/TrainingJobs"
ENDPOINT_GROUP = "/aws/sagemaker/Endpoints/"


def names(runtime: Runtime, account_region: AccountRegion | None = None) -> list[tuple[str, str]]:
    """What has a log: its kind and its name."""
    sagemaker = runtime.client("sagemaker", account_region)
    builds = runtime.client("codebuild", account_region).list_builds(sortOrder="DESCENDING")["ids"]
    jobs = sagemaker.list_training_jobs(SortBy="CreationTime", SortOrder="Descending")["TrainingJobSummaries"]
    endpoints = sagemaker.list_endpoints()["Endpoints"]
    return [
        *(("build", build) for build in builds),
        *(("training job", job["TrainingJobName"]) for job in jobs),
        *(("endpoint", endpoint["EndpointName"]) for endpoint in endpoints),
    ]


def lines(runtime: Runtime, name: str, account_region: AccountRegion | None = None) -> Iterator[str]:
    """The log of a build (its id, an id's beginning, or a project for its newest), training job or endpoint.

    Raises:
        LookupError: there is nothing of that name.
    """
    for group, stream in _streams(runtime, name, account_region):
        pages = {"logGroupName": group, "logStreamName": stream, "startFromHead": True}
        while True:
            page = runtime.client("logs", account_region).get_log_events(**pages)
            yield from (event["message"].rstrip("\n") for event in page["events"])
            if not page["events"] or page["nextForwardToken"] == pages.get("nextToken"):
                break
            pages["nextToken"] = page["nextForwardToken"]


def _streams(runtime: Runtime, name: str, account_region: AccountRegion | None) -> list[tuple[str, str]]:
    """Group and stream of each part of a log.

    Raises:
        LookupError: as ``lines``.
    """
    known = names(runtime, account_region)
    build = next((each for kind, each in known if kind == "build" and _is_build(name, each)), None)
    if build is not None:
        logs = (
            runtime.client("codebuild", account_region)
            .batch_get_builds(ids=[build])["builds"][0]
            .get("logs", {})
        )
        return [(logs["groupName"], logs["streamName"])] if "streamName" in logs else []
    found: list[tuple[str, str]] = []
    if ("training job", name) in known:
        found += _in_group(runtime, account_region, TRAINING_GROUP, f"{name}/")
    if ("endpoint", name) in known:  # often called as the job is
        found += _in_group(runtime, account_region, ENDPOINT_GROUP + name, "")
    if {("training job", name), ("endpoint", name)} & {*known}:
        return found
    raise LookupError(
        f"There is no build, training job or endpoint {name}. `logs` without a name lists them."
    )


def _is_build(name: str, build: str) -> bool:
    """By its id, the beginning of it that tells it apart, or its project alone."""
    return name == build.split(":")[0] or (":" in name and build.startswith(name))


def _in_group(
    runtime: Runtime, account_region: AccountRegion | None, group: str, prefix: str
) -> list[tuple[str, str]]:
    logs = runtime.client("logs", account_region)
    if not any(
        each["logGroupName"] == group
        for each in logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    ):
        return []
    found = logs.describe_log_streams(logGroupName=group)["logStreams"]
    return [
        (group, stream["logStreamName"]) for stream in found if stream["logStreamName"].startswith(prefix)
    ]
