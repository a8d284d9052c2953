"""Which local AWS runs in a work folder: a file that names it, locked for as long as it lives."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local_aws.command import command
from local_aws.runtime import Runtime

_NAME = "local-aws.json"
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Running:
    """A running local AWS, as its work folder tells of it; ``images`` are the files of own images."""

    url: str
    pid: int
    account_id: str
    region: str
    images: list[str] = field(default_factory=list)

    def runtime(self, folder: Path) -> Runtime:
        """The same address, environment and clients, for another process."""
        return Runtime(self.url, self.account_id, self.region, folder)


class AlreadyRunningError(Exception):
    """A local AWS runs in the folder already."""

    def __init__(self, folder: Path, running: Running | None) -> None:
        where = f" at {running.url} (process {running.pid})" if running else ""
        super().__init__(
            f"A local AWS runs in {folder} already{where}. Use it, stop it with "
            f"`{command(folder, 'down')}`, or choose another --folder."
        )


@contextmanager
def hold(folder: Path) -> Iterator[Path]:
    """Hold the folder for one local AWS until its process has ended, however it ends: the kernel lets go.

    At the end of the block nothing is told of it any more.

    Raises:
        AlreadyRunningError: another process holds it.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _NAME
    # Never closed: who waits for the lock waits for the end of the process.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise AlreadyRunningError(folder, _parse(path)) from error
    os.ftruncate(descriptor, 0)
    try:
        yield path
    finally:
        os.ftruncate(descriptor, 0)


def announce(path: Path, runtime: Runtime, images: Sequence[Path] = ()) -> None:
    """Tell other processes of the local AWS that serves by now; ``path`` is what ``hold`` gave."""
    running = Running(
        runtime.endpoint_url, os.getpid(), runtime.account_id, runtime.region, [*map(str, images)]
    )
    path.write_text(json.dumps(asdict(running)) + "\n", encoding="utf-8")


def find(folder: Path) -> Running | None:
    """The local AWS that serves from the folder, if one does."""
    path = folder / _NAME
    return _parse(path) if _is_held(path) else None


def stop(folder: Path, timeout_seconds: float) -> Running | None:
    """Stop the local AWS of the folder and wait for its end; None where none ran.

    Raises:
        TimeoutError: it has not ended in time.
    """
    running = find(folder)
    if running is None:
        return None
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout_seconds
    while _is_held(folder / _NAME):
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"Process {running.pid} has not ended within {timeout_seconds:.0f} s. "
                f"End it with: kill -KILL {running.pid}"
            )
        time.sleep(_POLL_SECONDS)
    return running


def _is_held(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _parse(path: Path) -> Running | None:
    """What the file tells; None while its holder starts."""
    try:
        return Running(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
