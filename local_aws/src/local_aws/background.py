"""A local AWS in a process of its own, which outlives the command that starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local_aws import state_file

_POLL_SECONDS = 0.05
LOG_NAME = "server.log"


class StartError(Exception):
    """It did not start; the message is what it said, ``exit_code`` its own."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def start(folder: Path, options: Sequence[str], timeout_seconds: float) -> state_file.Running:
    """Start ``local-aws up`` with ``options`` and wait until it serves.

    Its output goes to ``server.log`` in the folder.

    Raises:
        StartError: it ended, or does not serve in time.
        OSError: the folder cannot be written.
        KeyboardInterrupt: interrupted; nothing of it runs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / LOG_NAME
    command = [sys.executable, "-m", "local_aws", "up", "--folder", str(folder), *options]
    with _noted() as interrupted:
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(  # noqa: S603 - this very program
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        try:
            return _served(process, folder, timeout_seconds, interrupted)
        except BaseException:
            process.terminate()
            process.wait()
            raise


@contextmanager
def _noted() -> Iterator[threading.Event]:
    """Signals are noted, not raised: one that cut a start in half would leave a process behind."""
    noted = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: noted.set())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _served(
    process: subprocess.Popen[bytes], folder: Path, timeout_seconds: float, interrupted: threading.Event
) -> state_file.Running:
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if interrupted.is_set():
            raise KeyboardInterrupt
        code = process.poll()
        if code is not None:
            raise StartError((folder / LOG_NAME).read_text(encoding="utf-8").strip(), code)
        running = state_file.find(folder)
        if running is not None and running.pid == process.pid:
            return running
        time.sleep(_POLL_SECONDS)
    raise StartError(
        f"The local AWS does not serve after {timeout_seconds:.0f} s; see {folder / LOG_NAME}.", 1
    )
