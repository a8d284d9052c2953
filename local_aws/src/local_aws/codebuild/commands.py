"""The four phases in which a build runs the buildspec's commands."""

from __future__ import annotations

from local_aws.codebuild.buildspec import PHASES, Buildspec, Phase
from local_aws.codebuild.phase import PhaseError
from local_aws.codebuild.phase_track import PhaseTrack
from local_aws.codebuild.shell import Shell


class Commands:
    """A buildspec's commands in a build's shell, from INSTALL to POST_BUILD."""

    def __init__(self, spec: Buildspec, shell: Shell, track: PhaseTrack) -> None:
        self._spec = spec
        self._shell = shell
        self._track = track

    def run(self) -> bool:
        """Run the phases; whether BUILD was reached, after which artifacts are kept even of a failed build.

        A failed INSTALL or PRE_BUILD ends the build, a failed BUILD goes on to POST_BUILD, unless
        ``on-failure`` says otherwise.
        """
        for name in PHASES:
            if self._run_phase(name):
                continue
            usual = "ABORT" if name in ("install", "pre_build") else "CONTINUE"
            if (self._spec.phase(name).on_failure or usual) == "ABORT":
                return name in ("build", "post_build")
        return True

    def exported(self) -> dict[str, str]:
        """The values of the buildspec's exported variables; empty where unset."""
        names = self._spec.env.exported_variables
        return self._shell.values(names, self._track.deadline) if names else {}

    def _run_phase(self, name: str) -> bool:
        phase = self._spec.phase(name)
        return self._track.run(name.upper(), lambda: self._run_all(phase))

    def _run_all(self, phase: Phase) -> None:
        failures = []
        try:
            for command in phase.commands:
                self._run(command)
        except PhaseError as failure:
            failures.append(failure)
            self._shell.export("CODEBUILD_BUILD_SUCCEEDING", "0", self._track.deadline)
        for command in phase.finally_:
            try:
                self._run(command)
            except PhaseError as failure:
                self._shell.export("CODEBUILD_BUILD_SUCCEEDING", "0", self._track.deadline)
                failures.append(failure)
                break
        if failures:
            raise failures[0]

    def _run(self, command: str) -> None:
        self._track.check()
        self._track.say(f"Running command {command}")
        status = self._shell.run(command, self._track.deadline)
        self._track.check()
        if status != 0:
            reason = f"Error while executing command: {command}. Reason: exit status {status}"
            raise PhaseError("COMMAND_EXECUTION_ERROR", reason)
