"""What SIGINT, SIGTERM and SIGHUP do: end the demo while nothing runs yet, later let it stop what runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

EXIT_CODE = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def ends_the_process() -> None:
    """From now on a signal ends the process: nothing has been started yet."""
    _handle(_end)


@contextmanager
def raises() -> Iterator[None]:
    """In the block the first signal raises KeyboardInterrupt in the main thread.

    Further ones do nothing, in the block or after it: they must not cut the tidying short.
    """
    _handle(_raise)
    try:
        yield
    finally:
        _handle(_ignore)


def _handle(handler: Callable[..., Any]) -> None:
    for number in _SIGNALS:
        # What nohup made deaf stays so.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _end(*_: Any) -> NoReturn:
    _say("Interrupted: nothing had been started.")
    os._exit(EXIT_CODE)


def _raise(*_: Any) -> NoReturn:
    # Not SIG_IGN, which processes that are started would inherit.
    _handle(_ignore)
    _say("Stopping what was started …")
    raise KeyboardInterrupt


def _ignore(*_: Any) -> None:
    pass


def _say(sentence: str) -> None:
    # Not through sys.stderr: the signal may have come in the middle of one of its own writes.
    try:
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"\n{sentence}\n".encode())
    except OSError:  # The terminal has gone.
        return
