"""The commands that the demo runs, all of which end when it is interrupted."""

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
    Terraform gives up its state.
    """

    def __init__(self) -> None:
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
            KeyboardInterrupt: the demo is interrupted; the command has ended.
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
            said = [_content(file) for file in (output, errors)]
        if code != 0:
            raise CommandError(f"`{' '.join(command)}` failed:\n{(said[1] or said[0]).strip()}")
        return said[0]

    def interrupt(self) -> None:
        """Interrupt what runs, once, and wait for its end; nothing can be run any more."""
        with self._lock:
            running = list(self._running)
            if not self._interrupted:
                for process in running:
                    _signal(process, signal.SIGINT)
            self._interrupted = True
        for process in running:
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)

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
                start_new_session=True,
            )
            self._running.add(process)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
            if self._interrupted:
                raise KeyboardInterrupt
        return code


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
