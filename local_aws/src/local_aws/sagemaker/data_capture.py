"""Requests and replies kept in S3 as JSON lines, behind the invocations' back.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
"""

from __future__ import annotations

import base64
import json
import logging
import queue
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.account_region import AccountRegion
from local_aws.hooks import Params
from local_aws.runtime import Runtime
from local_aws.s3_location import S3Location

log = logging.getLogger("local_aws")

_WAITING = 1000  # further events are dropped, as AWS does when capture cannot keep up
_PERIOD_SECONDS = 1.0


@dataclass(frozen=True)
class Event:
    """One invocation: bodies with their content types."""

    variant: str
    request: bytes
    request_type: str
    reply: bytes
    reply_type: str
    custom_attributes: str | None
    moment: datetime


class DataCapture:
    """Writes the invocations of an endpoint to ``<destination>/<endpoint>/<variant>/yyyy/mm/dd/hh/``.

    Args:
        config: an endpoint configuration's ``DataCaptureConfig``.
    """

    def __init__(
        self, runtime: Runtime, account_region: AccountRegion, endpoint: str, config: Params
    ) -> None:
        self._client = runtime.client("s3", account_region)
        self._destination = S3Location.parse(config["DestinationS3Uri"]).child(endpoint)
        self._kms_key = config.get("KmsKeyId")
        self._percentage = int(config["InitialSamplingPercentage"])
        self._modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
        types = config.get("CaptureContentTypeHeader") or {}
        self._json_types = {item.lower() for item in types.get("JsonContentTypes") or ()}
        self._csv_types = {item.lower() for item in types.get("CsvContentTypes") or ()}
        self._random = random.Random()  # noqa: S311 - draws a sample, guards nothing
        self._waiting: queue.Queue[Event] = queue.Queue(_WAITING)
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write_on, name=f"capture {endpoint}", daemon=True)
        self._writer.start()

    @staticmethod
    def status(config: Params) -> Params:
        """``DataCaptureConfig`` of DescribeEndpoint."""
        return {
            "EnableCapture": config["EnableCapture"],
            "CaptureStatus": "Started" if config["EnableCapture"] else "Stopped",
            "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
            "DestinationS3Uri": config["DestinationS3Uri"],
            **({"KmsKeyId": config["KmsKeyId"]} if "KmsKeyId" in config else {}),
        }

    def add(self, event: Event) -> None:
        """Take an invocation into the sample, or not; returns at once."""
        if self._random.uniform(0, 100) < self._percentage:
            try:
                self._waiting.put_nowait(event)
            except queue.Full:
                log.warning("data capture to %s cannot keep up; an invocation is lost", self._destination)

    def close(self) -> None:
        """Write what is waiting, then end."""
        self._closing.set()
        self._writer.join(30)

    def _write_on(self) -> None:
        while not self._closing.wait(_PERIOD_SECONDS):
            self._write()
        self._write()

    def _write(self) -> None:
        events = sorted(self._drained(), key=_folder)
        for folder, group in groupby(events, key=_folder):
            lines = list(group)
            body = "".join(json.dumps(self._line(event)) + "\n" for event in lines)
            name = f"{lines[0].moment:%M-%S}-{lines[0].moment.microsecond // 1000:03}-{uuid4()}.jsonl"
            self._put(self._destination.child(f"{folder}/{name}"), body)

    def _drained(self) -> Iterator[Event]:
        while True:
            try:
                yield self._waiting.get_nowait()
            except queue.Empty:
                return

    def _put(self, location: S3Location, body: str) -> None:
        encryption = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._kms_key} if self._kms_key else {}
        )
        try:
            self._client.put_object(
                Bucket=location.bucket, Key=location.key, Body=body.encode(), **encryption
            )
        except (BotoCoreError, ClientError):
            log.exception("captured invocations are lost: %s", location)

    def _line(self, event: Event) -> dict[str, Any]:
        captured = {}
        if self._modes & {"Input", "InputAndOutput"}:
            captured["endpointInput"] = self._side("INPUT", event.request, event.request_type)
        if self._modes & {"Output", "InputAndOutput"}:
            captured["endpointOutput"] = self._side("OUTPUT", event.reply, event.reply_type)
        metadata: dict[str, Any] = {"eventId": str(uuid4())}
        if event.custom_attributes:
            metadata["customAttributes"] = [event.custom_attributes]
        metadata["inferenceTime"] = f"{event.moment:%Y-%m-%dT%H:%M:%SZ}"
        return {"captureData": captured, "eventMetadata": metadata, "eventVersion": "0"}

    def _side(self, mode: str, body: bytes, content_type: str) -> dict[str, str]:
        """A body as text where its content type is listed as JSON or CSV, else in base 64."""
        media_type = content_type.partition(";")[0].strip().lower()
        encoding = (
            "JSON" if media_type in self._json_types else "CSV" if media_type in self._csv_types else "BASE64"
        )
        try:
            data = body.decode() if encoding != "BASE64" else base64.b64encode(body).decode()
        except UnicodeDecodeError:
            encoding, data = "BASE64", base64.b64encode(body).decode()
        return {"observedContentType": content_type, "mode": mode, "data": data, "encoding": encoding}


def _folder(event: Event) -> str:
    return f"{event.variant}/{event.moment.astimezone(UTC):%Y/%m/%d/%H}"
