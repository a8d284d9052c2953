"""Commands that all end, in good order, when the one that runs them is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO

from mlops.spec.problems import FailedError

_GRACE_SECONDS = 60.0


class CommandError(FailedError):
    """A command failed; the message is what it said."""


class Processes:
    """Runs commands, each in a session of its own.

    A Ctrl-C at the terminal reaches them through ``interrupt`` alone, and so just once: at a second one
    Terraform gives up its state. Without ``own_session`` they get what this process's group gets, as in a
    build, whose end signals its processes itself.
    """

    def __init__(self, *, own_session: bool = True) -> None:
        self._own_session = own_session
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._interrupted = False
        # KeyboardInterrupt is raised in the main thread: in another, no start is ever cut in half.
        self._threads = ThreadPoolExecutor()

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str] | None = None,
        stdout: IO[bytes],
        stderr: IO[bytes],
    ) -> int:
        """Run a command to its end; its exit code.

        Raises:
            KeyboardInterrupt: it was interrupted, and the command has ended.
        """
        try:
            return self._threads.submit(self._run, command, cwd, environment, stdout, stderr).result()
        except KeyboardInterrupt:
            self.interrupt()
            raise

    def text(self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
        """What a command prints.

        Raises:
            CommandError: it failed.
        """
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            code = self.run(command, cwd=cwd, environment=environment, stdout=output, stderr=errors)
            said = [content(file) for file in (output, errors)]
        if code != 0:
            raise CommandError(f"`{' '.join(command)}` failed:\n{(said[1] or said[0]).strip()}")
        return said[0]

    def interrupt(self) -> None:
        """Interrupt what runs, once, and wait for its end; nothing can be run any more."""
        with self._lock:
            running = list(self._running)
            if not self._interrupted and self._own_session:
                for process in running:
                    _signal(process, signal.SIGINT)
            self._interrupted = True
        for process in running:
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill() if not self._own_session else _signal(process, signal.SIGKILL)

    def _run(
        self,
        command: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str] | None,
        stdout: IO[bytes],
        stderr: IO[bytes],
    ) -> int:
        with self._lock:
            if self._interrupted:
                raise KeyboardInterrupt
            process = subprocess.Popen(  # noqa: S603 - the project's own commands
                command,
                cwd=cwd,
                env=None if environment is None else dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=self._own_session,
            )
            self._running.add(process)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
            if self._interrupted:
                raise KeyboardInterrupt
        return code


def content(file: IO[bytes], start: int = 0) -> str:
    """What has been written into a file since it was ``start`` bytes long."""
    file.seek(start)
    return file.read().decode(errors="replace")


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
