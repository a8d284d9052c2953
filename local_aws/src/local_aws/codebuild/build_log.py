"""A build's log: what its commands print and what CodeBuild says between, to CloudWatch Logs and a file."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from local_aws.log_stream import LogStream

_LONGEST = 60_000  # characters of one event: at most 240 kB of UTF-8, and CloudWatch Logs takes 256
_MASK = "***"


class BuildLog:
    """A pipe that commands write to (``descriptor``), read line by line.

    The secrets' values are replaced by ``***`` before a line goes anywhere. ``tail`` is the last
    lines that the commands printed.
    """

    def __init__(self, file: Path, stream: LogStream | None) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)
        self._stream = stream
        self._secrets: tuple[str, ...] = ()
        self._settled = threading.Event()
        self._end = f"end-{uuid4()}"
        self._tail: deque[str] = deque(maxlen=20)
        self._source, self.descriptor = os.pipe()
        self._reader = threading.Thread(target=self._read, name=f"log {file.parent.name}", daemon=True)
        self._reader.start()

    def mask(self, secrets: list[str]) -> None:
        """Never show these values from now on; a value of several lines is hidden line by line too."""
        lines = [line for secret in secrets for line in secret.splitlines() if len(line) > 3]
        self._secrets = tuple(sorted({*filter(None, secrets), *lines}, key=len, reverse=True))

    def masked(self, text: str) -> str:
        """A text without the secrets' values."""
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text

    def say(self, text: str) -> None:
        """Write a line of CodeBuild's own, on a line by itself and in order with the commands' output."""
        now = datetime.now(UTC).strftime("%Y/%m/%d %H:%M:%S.%f")
        self._write(f"\n[Container] {now} {text}\n")

    @property
    def tail(self) -> list[str]:
        """The last lines that commands printed."""
        return list(self._tail)

    def settle(self) -> None:
        """Wait until all that was written so far has been read."""
        self._settled.clear()
        self._write(f"\n{self._end} settle\n")
        self._settled.wait(5)

    def close(self) -> None:
        """Write out all that is left; something still holding the pipe does not hold this up."""
        self._write(f"\n{self._end}\n")
        self._reader.join(10)
        os.close(self.descriptor)
        with contextlib.suppress(OSError):
            self._file.close()
        if self._stream is not None:
            self._stream.close()

    def _write(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(self.descriptor, data) :]

    def _read(self) -> None:
        rest = b""
        blank = False
        while True:
            data = os.read(self._source, 65_536)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                text = line.decode(errors="replace")
                if text.startswith(self._end):
                    if text == self._end:
                        os.close(self._source)
                        return
                    self._settled.set()
                    blank = False
                    continue
                ours = text.startswith("[Container] ")
                if blank and not ours:
                    self._emit("", ours=False)
                blank = not text
                if text:
                    self._emit(text, ours=ours)
            if len(rest) > 4 * _LONGEST:
                rest = self._emit_part(rest)

    def _emit_part(self, line: bytes) -> bytes:
        """Put out the start of a line that does not end; keep back what may be part of a secret."""
        text = self.masked(line.decode(errors="replace"))
        kept = max((len(secret) for secret in self._secrets), default=0) + 4
        self._emit(text[:-kept], ours=False)
        return text[-kept:].encode()

    def _emit(self, text: str, *, ours: bool) -> None:
        text = self.masked(text)
        if not ours and text:
            self._tail.append(text[:1000])
        for start in range(0, max(len(text), 1), _LONGEST):
            line = text[start : start + _LONGEST] + "\n"
            with contextlib.suppress(OSError):  # A full disk must not leave the commands' pipe unread.
                self._file.write(line)
            if self._stream is not None:
                self._stream.put(line)
