"""One build: what it was asked to do and how far it is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from local_aws.account_region import AccountRegion, Credentials
from local_aws.codebuild.job import PipelineJob
from local_aws.codebuild.phase import Phase

IN_PROGRESS, SUCCEEDED, FAILED = "IN_PROGRESS", "SUCCEEDED", "FAILED"
STOPPED, TIMED_OUT, FAULT = "STOPPED", "TIMED_OUT", "FAULT"


@dataclass
class Build:
    """A build of a project; ``request`` is StartBuild's parameters and ``project`` the project as it was.

    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html
    """

    uuid: str
    number: int
    account_id: str
    region: str
    project: dict[str, Any]
    request: dict[str, Any]
    folder: Path
    job: PipelineJob | None = None
    credentials: Credentials | None = None
    status: str = IN_PROGRESS
    started: float = field(default_factory=time.time)
    ended: float = 0.0
    phases: list[Phase] = field(default_factory=list)
    exported: dict[str, str] = field(default_factory=dict)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    report_arns: list[str] = field(default_factory=list)
    log_tail: list[str] = field(default_factory=list)
    stop_requested: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def account_region(self) -> AccountRegion:
        """Where the build runs, in its service role."""
        return AccountRegion(self.account_id, self.region, self.credentials)

    @property
    def project_name(self) -> str:
        """The project's name."""
        return str(self.project["name"])

    @property
    def id(self) -> str:
        """``<project>:<uuid>``."""
        return f"{self.project_name}:{self.uuid}"

    @property
    def arn(self) -> str:
        """The build's ARN."""
        return self.account_region.arn("codebuild", f"build/{self.id}")

    @property
    def initiator(self) -> str:
        """Who started it: ``codepipeline/<pipeline>`` or a user."""
        return self.job.initiator if self.job else "user"

    @property
    def resolved_source_version(self) -> str:
        """The commit that the sources are of; known of a pipeline's builds."""
        return self.job.resolved_source_version if self.job else ""

    @property
    def source_version(self) -> str:
        """The version of the source that was asked for: of a pipeline's builds the artifact's ARN."""
        if self.job is not None:
            return self.job.inputs[self.job.primary].arn
        return str(self.request.get("sourceVersion") or self.project.get("sourceVersion") or "")

    @property
    def url(self) -> str:
        """The build's page in the console."""
        console = f"https://console.aws.amazon.com/codebuild/home?region={self.region}"
        return f"{console}#/builds/{self.id}/view/new"

    @property
    def source(self) -> dict[str, Any]:
        """The project's source with the request's overrides."""
        source = dict(self.project["source"])
        for key, override in (
            ("type", "sourceTypeOverride"),
            ("location", "sourceLocationOverride"),
            ("buildspec", "buildspecOverride"),
        ):
            if override in self.request:
                source[key] = self.request[override]
        return source

    @property
    def environment(self) -> dict[str, Any]:
        """The project's environment with the request's variables in place of equal names."""
        environment = dict(self.project["environment"])
        overrides = {v["name"]: v for v in self.request.get("environmentVariablesOverride", [])}
        own = {v["name"]: v for v in environment.get("environmentVariables") or []}
        environment["environmentVariables"] = list((own | overrides).values())
        for key in ("image", "computeType", "privilegedMode", "certificate", "imagePullCredentialsType"):
            environment[key] = self.request.get(f"{key}Override", environment.get(key))
        environment["type"] = self.request.get("environmentTypeOverride", environment.get("type"))
        return {key: value for key, value in environment.items() if value is not None}

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of the project's, or the request's override of it."""
        return self.request.get(f"{name}Override", self.project.get(name)) or default

    @property
    def log_group(self) -> str | None:
        """The group in CloudWatch Logs; None when logs go to no group."""
        config = self.setting("logsConfig", {}).get("cloudWatchLogs", {})
        if config.get("status") == "DISABLED":
            return None
        return config.get("groupName") or f"/aws/codebuild/{self.project_name}"

    @property
    def log_stream(self) -> str:
        """The stream in that group."""
        prefix = self.setting("logsConfig", {}).get("cloudWatchLogs", {}).get("streamName")
        return f"{prefix}/{self.uuid}" if prefix else self.uuid

    @property
    def failure(self) -> Phase | None:
        """The first phase that did not succeed, once it has ended."""
        return next((phase for phase in self.phases if phase.status not in ("", SUCCEEDED)), None)

    def finish(self, status: str) -> None:
        """Give the build its last status; nothing of it runs any more."""
        self.ended = time.time()
        self.status = status
        self.phases.append(Phase("COMPLETED"))
        self.done.set()

    def describe(self) -> dict[str, Any]:
        """The build as the API's ``Build``."""
        primary = [a for a in self.artifacts if "artifactIdentifier" not in a]
        described = {
            "id": self.id,
            "arn": self.arn,
            "buildNumber": self.number,
            "startTime": round(self.started, 3),
            "endTime": round(self.ended, 3) or None,
            "currentPhase": self.phases[-1].name if self.phases else "SUBMITTED",
            "buildStatus": self.status,
            "sourceVersion": self.source_version or None,
            "resolvedSourceVersion": self.resolved_source_version or None,
            "projectName": self.project_name,
            "phases": [phase.describe() for phase in self.phases],
            "source": self.source,
            "secondarySources": self.setting("secondarySources", []),
            "secondarySourceVersions": self.request.get("secondarySourcesVersionOverride", []),
            "artifacts": primary[0] if primary else {"location": ""},
            "secondaryArtifacts": [a for a in self.artifacts if "artifactIdentifier" in a],
            "cache": self.setting("cache", {"type": "NO_CACHE"}),
            "environment": self.environment,
            "serviceRole": self.setting("serviceRole"),
            "logs": self._describe_logs(),
            "timeoutInMinutes": self.setting("timeoutInMinutes", 60),
            "queuedTimeoutInMinutes": self.setting("queuedTimeoutInMinutes", 480),
            "buildComplete": self.done.is_set(),
            "initiator": self.initiator,
            "encryptionKey": self.setting("encryptionKey"),
            "exportedEnvironmentVariables": [{"name": n, "value": v} for n, v in self.exported.items()],
            "reportArns": list(self.report_arns),
        }
        return {key: value for key, value in described.items() if value is not None}

    def _describe_logs(self) -> dict[str, Any]:
        group = self.log_group
        s3_logs = {"status": "DISABLED", "encryptionDisabled": False}
        if group is None:
            return {"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": s3_logs}
        console = f"https://console.aws.amazon.com/cloudwatch/home?region={self.region}"
        where = f"group={quote(group, safe='')};stream={quote(self.log_stream, safe='')}"
        logs = f"arn:aws:logs:{self.region}:{self.account_id}:log-group"
        return {
            "groupName": group,
            "streamName": self.log_stream,
            "deepLink": f"{console}#logEvent:{where}",
            "cloudWatchLogsArn": f"{logs}:{group}:log-stream:{self.log_stream}",
            "cloudWatchLogs": {"status": "ENABLED", "groupName": group},
            "s3Logs": s3_logs,
        }
