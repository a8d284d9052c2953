"""Lines on their way to a stream of CloudWatch Logs, in batches, at most half a second behind."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

log = logging.getLogger("local_aws")

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
_MOST_EVENTS = 10_000
_MOST_BYTES = 1_048_576
_EVENT_OVERHEAD = 26
_PERIOD_SECONDS = 0.5


def create(client: Any, group: str, stream: str) -> None:
    """Make a stream where it is not there yet, and its group where that is not.

    Raises:
        ClientError: who has ``client`` may not.
    """
    names = {"logGroupName": group, "logStreamName": stream}
    with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
        try:
            client.create_log_stream(**names)
        except client.exceptions.ResourceNotFoundException:
            with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
                client.create_log_group(logGroupName=group)
            client.create_log_stream(**names)


class LogStream:
    """One stream of a log group; both are created where they are not there yet.

    Losing the log never fails the build: a refused batch is said in the server's own log, unless the
    server is ``stopping``.
    """

    def __init__(self, client: Any, group: str, name: str, stopping: threading.Event) -> None:
        self._client = client
        self._stopping = stopping
        self.group = group
        self.name = name
        self._waiting: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        try:
            create(client, group, name)
        except ClientError as error:
            log.warning("nothing is logged to %s: %s", group, error)
        self._sender = threading.Thread(target=self._send_on, name=f"log stream {name}", daemon=True)
        self._sender.start()

    def put(self, message: str) -> None:
        """Queue one event, stamped with the present moment; CloudWatch has no empty ones."""
        with self._lock:
            self._waiting.append({"timestamp": int(time.time() * 1000), "message": message or "\n"})

    def close(self) -> None:
        """Send what is waiting, then end."""
        self._closing.set()
        self._sender.join(30)

    def _send_on(self) -> None:
        while not self._closing.wait(_PERIOD_SECONDS):
            self._send()
        self._send()

    def _send(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        batch: list[dict[str, Any]] = []
        size = 0
        for event in waiting:
            more = len(event["message"].encode()) + _EVENT_OVERHEAD
            if batch and (len(batch) == _MOST_EVENTS or size + more > _MOST_BYTES):
                self._put_batch(batch)
                batch, size = [], 0
            batch.append(event)
            size += more
        if batch:
            self._put_batch(batch)

    def _put_batch(self, batch: list[dict[str, Any]]) -> None:
        try:
            self._client.put_log_events(logGroupName=self.group, logStreamName=self.name, logEvents=batch)
        except (BotoCoreError, ClientError) as error:
            if not self._stopping.is_set():
                log.warning("%s events lost to log group %s: %s", len(batch), self.group, error)
