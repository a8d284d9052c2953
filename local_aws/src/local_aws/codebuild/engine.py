"""CodeBuild: starts, queues, stops and remembers builds."""

from __future__ import annotations

import copy
import shutil
import threading
import time
from collections import Counter
from typing import Any
from uuid import uuid4

from moto.backends import get_backend

from local_aws.account_region import Credentials
from local_aws.codebuild.build import FAULT, STOPPED, SUCCEEDED, TIMED_OUT, Build
from local_aws.codebuild.build_run import BuildRun
from local_aws.codebuild.job import PipelineJob
from local_aws.codebuild.phase import Phase
from local_aws.codebuild.report_groups import ReportGroups
from local_aws.hooks import ServiceError
from local_aws.iam.roles import RoleRefusedError, ServiceRoles
from local_aws.runtime import Runtime


class CodeBuild:
    """The builds of this server; ``seconds_per_minute`` scales every project's time limits."""

    def __init__(self, runtime: Runtime, groups: ReportGroups) -> None:
        self.seconds_per_minute = 60.0
        self._runtime = runtime
        self._groups = groups
        self._builds: dict[str, Build] = {}
        self._runs: dict[str, BuildRun] = {}
        self._numbers: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._turn = threading.Condition()

    def start(
        self, account_id: str, region: str, request: dict[str, Any], job: PipelineJob | None = None
    ) -> Build:
        """Start a build of ``request["projectName"]`` with StartBuild's parameters; returns at once.

        Raises:
            ServiceError: there is no such project, its role does not trust CodeBuild, or there is no bash.
        """
        project = self._project(account_id, region, request["projectName"])
        if shutil.which("bash") is None:
            raise ServiceError(
                "InvalidInputException", "Builds run in bash, which is not on PATH. Install it."
            )
        with self._turn:
            self._numbers[project["arn"]] += 1
            uuid = str(uuid4())
            folder = self._runtime.folder / "codebuild" / project["name"] / uuid
            number = self._numbers[project["arn"]]
            build = Build(uuid, number, account_id, region, project, request, folder, job)
            build.credentials = self._assume(build)
            build.phases.append(Phase("SUBMITTED"))
            self._builds[build.id] = build
        build.phases[0].end(SUCCEEDED)
        build.phases.append(Phase("QUEUED"))
        seconds = build.setting("timeoutInMinutes", 60) * self.seconds_per_minute
        self._runtime.start_thread(
            f"build {build.id}",
            lambda: self._run(build, seconds),
            lambda reason: self._abandon(build, reason),
        )
        return build

    def get(self, build_id: str) -> Build | None:
        """The build of an id or ARN."""
        return self._builds.get(build_id.rpartition(":build/")[2])

    def builds(self, account_id: str, region: str) -> list[Build]:
        """All builds, oldest first."""
        return [b for b in list(self._builds.values()) if (b.account_id, b.region) == (account_id, region)]

    def stop(self, build: Build) -> None:
        """Stop a build, TERM first; returns at once, and does nothing to one that is done."""
        build.stop_requested.set()
        run = self._runs.get(build.id)
        if run is not None:
            threading.Thread(target=run.stop, name=f"stop {build.id}", daemon=True).start()
        with self._turn:
            self._turn.notify_all()

    def _assume(self, build: Build) -> Credentials | None:
        role = build.setting("serviceRole", "")
        try:
            return (
                self._runtime.engine(ServiceRoles)
                .assume(
                    build.account_region,
                    role,
                    "codebuild.amazonaws.com",
                    f"AWSCodeBuild-{build.uuid}",
                    build.project["arn"],
                )
                .credentials
            )
        except RoleRefusedError as error:
            message = f"CodeBuild is not authorized to perform: sts:AssumeRole on {role}"
            raise ServiceError("InvalidInputException", message) from error

    def _project(self, account_id: str, region: str, name: str) -> dict[str, Any]:
        name = name.rpartition(":project/")[2]
        project = get_backend("codebuild")[account_id][region].codebuild_projects.get(name)
        if project is None:
            arn = f"arn:aws:codebuild:{region}:{account_id}:project/{name}"
            raise ServiceError("ResourceNotFoundException", f"Project cannot be found: {arn}")
        return copy.deepcopy(project.project_metadata)

    def _run(self, build: Build, seconds: float) -> None:
        arn = build.project["arn"]
        status = self._await_turn(build)
        if status != SUCCEEDED:
            build.finish(status)
            return
        try:
            run = self._runs[build.id] = BuildRun(self._runtime, self._groups, build, seconds)
            run.run()
        finally:
            self._runs.pop(build.id, None)
            with self._turn:
                self._running[arn] -= 1
                self._turn.notify_all()

    def _await_turn(self, build: Build) -> str:
        """Wait in line until the project may run one more build; the QUEUED phase's status."""
        arn, limit = build.project["arn"], build.project.get("concurrentBuildLimit")
        queued = build.phases[-1]
        until = time.monotonic() + build.setting("queuedTimeoutInMinutes", 480) * self.seconds_per_minute
        with self._turn:
            while not self._runtime.stopping.is_set() and not build.stop_requested.is_set():
                if time.monotonic() > until:
                    queued.end(TIMED_OUT, "BUILD_TIMED_OUT", "Build has timed out in the queue")
                    return TIMED_OUT
                if not limit or (self._running[arn] < limit and self._is_first(build)):
                    self._running[arn] += 1
                    queued.end(SUCCEEDED)
                    return SUCCEEDED
                self._turn.wait(1)
        queued.end(STOPPED, "", "Build was stopped")
        return STOPPED

    def _is_first(self, build: Build) -> bool:
        same = [b for b in self._builds.values() if b.project["arn"] == build.project["arn"]]
        return next(b for b in same if b.phases[-1].name == "QUEUED" and not b.phases[-1].ended) is build

    def _abandon(self, build: Build, reason: str) -> None:
        """The last resort of a build whose thread failed."""
        if not build.done.is_set():
            phase = Phase("FINALIZING")
            phase.end(FAULT, "INTERNAL_ERROR", f"local AWS: {reason}")
            build.phases.append(phase)
            build.finish(FAULT)
