"""An image's local equivalent running as a process."""

from __future__ import annotations

import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local_aws.account_region import AccountRegion
from local_aws.log_stream import LogStream
from local_aws.runtime import Runtime

# A container sees none of this machine's variables but what finding programs takes.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")
_TAIL_LINES = 40
_LONGEST_LINE = 10_000


class StartError(Exception):
    """A command that cannot be started; the message says why."""


class ContainerProcess:
    """A command started with ``base`` for ``/opt/ml``; its output goes to a log stream, line by line.

    Args:
        arguments: the program and its arguments.
        folder: where it runs.
        environment: the container's own variables.
        on_line: called with every line of the output.
        inherited: descriptors to hand over.

    Raises:
        StartError: there is no such program or folder.
    """

    def __init__(
        self,
        runtime: Runtime,
        account_region: AccountRegion,
        arguments: Sequence[str],
        base: Path,
        folder: Path,
        environment: Mapping[str, str],
        log: LogStream,
        on_line: Callable[[str], None] = lambda _: None,
        inherited: Sequence[int] = (),
    ) -> None:
        self._runtime = runtime
        self._log = log
        self._on_line = on_line
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        try:
            self._process = runtime.start_process(
                arguments,
                env={**_variables(runtime, account_region, base), **environment},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=inherited,
            )
        except OSError as error:
            log.close()
            raise StartError(f"`{' '.join(arguments)}` cannot be started: {error}") from error
        self._reader = threading.Thread(target=self._read, name=f"log of {arguments[0]}", daemon=True)
        self._reader.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    @property
    def tail(self) -> str:
        """The last lines of the output, as one string."""
        return "\n".join(self._tail)

    def wait(self, seconds: float) -> bool:
        """Whether the process has ended, after at most so many seconds; its output is read by then."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._reader.join(5)
        return True

    def stop(self, grace_seconds: float = 5.0) -> None:
        """TERM, then KILL; its last output is read and sent off."""
        self._runtime.stop_process(self._process, grace_seconds)
        self._reader.join(5)
        self._log.close()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was started with a pipe
        with self._process.stdout as output:
            for raw in output:
                line = raw.decode(errors="replace").rstrip("\n")[:_LONGEST_LINE]
                self._tail.append(line)
                self._log.put(line)
                self._on_line(line)


def _variables(runtime: Runtime, account_region: AccountRegion, base: Path) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        **runtime.environment(account_region),
        "PYTHONUNBUFFERED": "1",
        "SAGEMAKER_BASE_DIR": str(base),
    }
