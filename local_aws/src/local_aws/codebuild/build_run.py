"""A build on its way from PROVISIONING to COMPLETED."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from local_aws import overlay
from local_aws.codebuild import variables
from local_aws.codebuild.build import FAILED, FAULT, SUCCEEDED, TIMED_OUT, Build
from local_aws.codebuild.build_log import BuildLog
from local_aws.codebuild.buildspec import Buildspec
from local_aws.codebuild.commands import Commands
from local_aws.codebuild.outputs import Outputs
from local_aws.codebuild.phase import Phase, PhaseError
from local_aws.codebuild.phase_track import InterruptedBuildError, PhaseTrack
from local_aws.codebuild.report_groups import ReportGroups
from local_aws.codebuild.shell import Shell, ShellTimeoutError
from local_aws.codebuild.workspace import Workspace
from local_aws.iam.access import Access
from local_aws.iam.roles import ServiceRoles
from local_aws.log_stream import LogStream
from local_aws.runtime import Runtime


class BuildRun:
    """Runs one build in the calling thread; ``seconds`` is its time limit.

    Which phase follows a failed one:
    https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
    """

    def __init__(self, runtime: Runtime, groups: ReportGroups, build: Build, seconds: float) -> None:
        self._runtime = runtime
        self._groups = groups
        self._build = build
        self._track = PhaseTrack(build, runtime.stopping, time.monotonic() + seconds)
        self._workspace = Workspace(runtime, build)
        self._spec: Buildspec | None = None
        self._shell: Shell | None = None

    def run(self) -> None:
        """Run every phase; the build is done when this returns, whatever happened."""
        status = FAULT
        try:
            self._run_phases()
            failure = self._build.failure
            status = SUCCEEDED if failure is None else FAULT if failure.status == FAULT else FAILED
        except InterruptedBuildError as interruption:
            status = interruption.status
        except ShellTimeoutError:
            status = TIMED_OUT
        finally:
            self._finish(status)

    def stop(self) -> None:
        """End the running command, TERM first, and with it the build; from any thread."""
        self._build.stop_requested.set()
        if self._shell is not None:
            self._shell.stop()

    def _run_phases(self) -> None:
        if not self._track.run("PROVISIONING", self._provision):
            return
        if not self._track.run("DOWNLOAD_SOURCE", self._prepare) or self._spec is None or self._shell is None:
            return
        spec, shell = self._spec, self._shell
        commands = Commands(spec, shell, self._track)
        reached_build = commands.run()
        exported = commands.exported()
        self._build.exported = {name: self._masked(value) for name, value in exported.items()}
        if reached_build:
            self._track.run("UPLOAD_ARTIFACTS", lambda: self._keep(spec, shell))

    def _provision(self) -> None:
        build = self._build
        build.folder.mkdir(parents=True)
        stream = None
        if build.log_group is not None:
            self._check_log(build.log_group)
            logs = self._runtime.client("logs", build.account_region)
            stream = LogStream(logs, build.log_group, build.log_stream, self._runtime.stopping)
        self._track.log = BuildLog(build.folder / "build.log", stream)

    def _check_log(self, group: str) -> None:
        stream = f"log-group:{group}:log-stream:{self._build.log_stream}"
        arn = self._build.account_region.arn("logs", stream)
        refusal = self._runtime.engine(ServiceRoles).refusal(
            self._build.account_region, Access("logs:CreateLogStream", arn)
        )
        if refusal:
            raise PhaseError(
                "ACCESS_DENIED",
                f"Service role {self._build.setting('serviceRole')} does not allow AWS CodeBuild to create "
                f"Amazon CloudWatch Logs log streams for build {self._build.arn}. Error message: {refusal}",
            )

    def _prepare(self) -> None:
        build, log = self._build, self._track.log
        if log is None:
            raise RuntimeError("DOWNLOAD_SOURCE follows PROVISIONING")
        self._workspace.fetch()
        own = variables.Variables(self._runtime, build.account_region)
        try:
            own.add(build.environment["environmentVariables"])
            self._spec = self._workspace.buildspec()
            own.add_buildspec(self._spec.env)
        finally:
            log.mask(own.secrets)
        environment = (
            variables.machine(self._runtime, build) | variables.codebuild(build, self._workspace) | own.values
        )
        # It sees all that this interpreter has: what a build needs is mostly there, in no time.
        executables = overlay.create(build.folder / "venv", overlay.interpreter_packages())
        environment["PATH"] = overlay.search_path(executables, Path(sys.executable).parent)
        shell_folder = build.folder / "shell"
        self._shell = Shell(self._runtime, shell_folder, self._workspace.source, environment, log.descriptor)

    def _keep(self, spec: Buildspec, shell: Shell) -> str:
        build = self._build
        s3 = self._runtime.client("s3", build.account_region)
        roles = self._runtime.engine(ServiceRoles)
        outputs = Outputs(s3, self._groups, roles, build, self._workspace.source, self._track.say)
        problems = outputs.keep_reports(spec.reports, build.project["arn"])
        outputs.keep_artifacts(spec, lambda text: shell.expand(text, self._track.deadline))
        return problems

    def _finish(self, status: str) -> None:
        build, log = self._build, self._track.log
        finalizing = Phase("FINALIZING")
        build.phases.append(finalizing)
        if self._shell is not None:
            self._shell.close()
        if log is not None:
            log.settle()
            build.log_tail = log.tail
            log.close()
        finalizing.end(SUCCEEDED)
        build.finish(status)

    def _masked(self, text: str) -> str:
        return self._track.log.masked(text) if self._track.log is not None else text
