"""The track of a build's phases: each one's start, end, status and reason, in the build and its log."""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable

from local_aws.codebuild.build import FAILED, FAULT, STOPPED, SUCCEEDED, TIMED_OUT, Build
from local_aws.codebuild.build_log import BuildLog
from local_aws.codebuild.phase import Phase, PhaseError
from local_aws.codebuild.shell import ShellTimeoutError

log = logging.getLogger("local_aws")


class InterruptedBuildError(Exception):
    """The build was stopped or has timed out: ``status`` says which. None of its phases runs any more."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


class PhaseTrack:
    """Runs the phases of one build, one after the other, until ``deadline``."""

    def __init__(self, build: Build, stopping: threading.Event, deadline: float) -> None:
        self._build = build
        self._stopping = stopping
        self.deadline = deadline
        self.log: BuildLog | None = None

    def run(self, name: str, work: Callable[[], str | None]) -> bool:
        """Run one phase; whether it succeeded. ``work`` may return a message that is no failure.

        Raises:
            InterruptedBuildError: the build was stopped or timed out.
        """
        self.check()
        phase = Phase(name)
        self._build.phases.append(phase)
        self.say(f"Entering phase {name}")
        try:
            phase.end(SUCCEEDED, "", work() or "")
        except PhaseError as error:
            phase.end(FAILED, error.status_code, self._masked(error.message))
        except ShellTimeoutError as error:
            phase.end(TIMED_OUT, "BUILD_TIMED_OUT", "Build has timed out")
            raise InterruptedBuildError(TIMED_OUT, phase.message) from error
        except InterruptedBuildError as error:
            phase.end(error.status, "", str(error))
            raise
        except Exception as error:
            log.exception("%s of build %s failed", name, self._build.id)
            phase.end(FAULT, "INTERNAL_ERROR", f"local AWS: {self._fault(error)}")
        finally:
            self.say(f"Phase complete: {name} State: {phase.status}")
            self.say(f"Phase context status code: {phase.status_code} Message: {phase.message}")
        return phase.status == SUCCEEDED

    def check(self) -> None:
        """Go on only if the build may.

        Raises:
            InterruptedBuildError: it was stopped or timed out.
        """
        if self._build.stop_requested.is_set() or self._stopping.is_set():
            raise InterruptedBuildError(STOPPED, "Build was stopped")
        if time.monotonic() > self.deadline:
            raise InterruptedBuildError(TIMED_OUT, "Build has timed out")

    def say(self, text: str) -> None:
        """Write a line of CodeBuild's own to the build's log, once there is one."""
        if self.log is not None:
            self.log.say(text)

    def _fault(self, error: Exception) -> str:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return f"no space is left in {self._build.folder}. Free some, or start with another work folder."
        return f"{type(error).__name__}: {error}"

    def _masked(self, text: str) -> str:
        return self.log.masked(text) if self.log is not None else text
