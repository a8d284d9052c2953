"""The bash that runs a build's commands: one for the whole build, as in buildspec 0.2."""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from local_aws.runtime import Runtime

_GRACE_SECONDS = 10.0
_SCRIPT = Path(__file__).with_name("shell.sh")


class ShellTimeoutError(Exception):
    """A command was still running at its deadline."""


class Shell:
    """A bash whose variables, functions and working directory last from command to command.

    A command that ends the shell itself (``exit 3``) gives its status, and the next command finds a
    new shell in the same state; its standard input is empty.
    """

    def __init__(
        self, runtime: Runtime, folder: Path, directory: Path, environment: Mapping[str, str], output: int
    ) -> None:
        self._runtime = runtime
        self._folder = folder
        self._directory = directory
        self._environment = environment
        self._output = output
        self._count = 0
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None
        self._commands = self._statuses = -1
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, command: str, deadline: float) -> int:
        """Run a command to its end; its exit status.

        Raises:
            ShellTimeoutError: it was still running at ``deadline``, a ``time.monotonic`` moment.
        """
        if self._process is None:
            self._start()
        if self._stopped:
            self._end_processes(0)
        self._count += 1
        file = self._folder / f"{self._count:03}.sh"
        file.write_text(command + "\n", encoding="utf-8")
        with contextlib.suppress(BrokenPipeError):  # A shell that is stopped just now answers below.
            os.write(self._commands, f"{file}\n".encode())
        if not select.select([self._statuses], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise ShellTimeoutError
        answer = os.read(self._statuses, 16)
        return int(answer) if answer else self._ended()

    def export(self, name: str, value: str, deadline: float) -> None:
        """Set a variable for all further commands."""
        self.run(f"export {name}={shlex.quote(value)}", deadline)

    def values(self, names: tuple[str, ...], deadline: float) -> dict[str, str]:
        """The shell's variables of these names; one that is not set is empty."""
        file = self._folder / "values"
        words = " ".join(f'"${{{name}-}}"' for name in names)
        self.run(f"printf '%s\\0' {words} > {shlex.quote(str(file))}", deadline)
        return dict(zip(names, file.read_text(encoding="utf-8", errors="replace").split("\0"), strict=False))

    def expand(self, text: str, deadline: float) -> str:
        """A text with the shell's variables and commands put in, as an artifact's name is."""
        file = self._folder / "values"
        self.run(f'printf %s "{text}" > {shlex.quote(str(file))}', deadline)
        return file.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """End the running command and all to come, TERM first; from any thread."""
        self._stopped = True
        self._end_processes(_GRACE_SECONDS)

    def close(self) -> None:
        """End the shell and everything that its commands left running."""
        self._end_processes(_GRACE_SECONDS)
        if self._process is not None:
            self._process = None
            os.close(self._commands)
            os.close(self._statuses)

    def _end_processes(self, grace_seconds: float) -> None:
        """TERM the shell's process group, then KILL what remains of it."""
        process = self._process
        if process is not None:
            self._runtime.stop_process(process, grace_seconds)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def _start(self) -> None:
        commands, self._commands = os.pipe()
        self._statuses, statuses = os.pipe()
        try:
            self._process = self._runtime.start_process(
                ["bash", str(_SCRIPT), str(self._folder / "state"), str(commands), str(statuses)],
                env=self._environment,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                pass_fds=(commands, statuses),
            )
        finally:
            os.close(commands)
            os.close(statuses)

    def _ended(self) -> int:
        """The exit status of a shell that a command ended; a signal counts as 128 and its number."""
        process = self._process
        status = process.wait() if process else 0
        self.close()
        return status if status >= 0 else 128 - status
