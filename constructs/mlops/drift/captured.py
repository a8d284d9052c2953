"""What an endpoint captured of its requests and answers: JSON lines in S3, a folder for each hour.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mlops.serving.client import INVOKED_BY, Request

# A busy endpoint captures more than anybody needs: so many requests are a sample of it.
MOST_REQUESTS = 20_000
_HOUR = "%Y/%m/%d/%H"


@dataclass(frozen=True)
class Captured:
    """One invocation; ``reply`` is None where answers are not captured."""

    request: Request
    reply: bytes | None


@dataclass(frozen=True)
class Window:
    """The invocations from ``start`` until ``end``."""

    start: datetime
    end: datetime

    @property
    def days(self) -> list[str]:
        """The days' folders."""
        first, last = self.start.astimezone(UTC).date(), self.end.astimezone(UTC).date()
        return [f"{first + timedelta(days=day):%Y/%m/%d}" for day in range((last - first).days + 1)]

    def touches(self, hour: str) -> bool:
        """Whether a part of an hour's folder, such as ``2026/01/02/03``, is in it."""
        return f"{self.start.astimezone(UTC):{_HOUR}}" <= hour <= f"{self.end.astimezone(UTC):{_HOUR}}"

    def holds(self, moment: str) -> bool:
        """Whether an ``inferenceTime``, which has no parts of seconds, is in it."""
        return self.start.replace(microsecond=0) <= datetime.fromisoformat(moment) <= self.end


class Captures:
    """What is under ``folder``, the endpoint's own, in ``bucket``, with the S3 client ``s3``."""

    def __init__(self, s3: Any, bucket: str, folder: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._folder = folder

    def within(self, window: Window, most: int = MOST_REQUESTS) -> list[Captured]:
        """Those in ``window``, the gates' own left out; of more than ``most``, those of some files."""
        keys = sorted(key for key in self._keys(window.days) if window.touches(_hour_of(key)))
        # The same files for the same window, so that a run can be repeated.
        random.Random(0).shuffle(keys)  # noqa: S311 - draws a sample, guards nothing
        found: list[Captured] = []
        for key in keys:
            if len(found) >= most:
                break
            found += self._file(key, window)
        return found

    def _keys(self, days: Sequence[str]) -> Iterator[str]:
        variants = [
            item["Prefix"]
            for page in self._pages(Prefix=self._folder, Delimiter="/")
            for item in page.get("CommonPrefixes", ())
        ]
        for prefix in (f"{variant}{day}/" for variant in variants for day in days):
            for page in self._pages(Prefix=prefix):
                yield from (item["Key"] for item in page.get("Contents", ()))

    def _pages(self, **options: str) -> Iterator[dict[str, Any]]:
        pages: Iterator[dict[str, Any]] = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, **options
        )
        return pages

    def _file(self, key: str, window: Window) -> Iterator[Captured]:
        body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        for line in body.decode().splitlines():
            event = json.loads(line)
            metadata, sides = event["eventMetadata"], event["captureData"]
            ours = any(INVOKED_BY in given for given in metadata.get("customAttributes", ()))
            if "endpointInput" in sides and not ours and window.holds(metadata["inferenceTime"]):
                asked, answered = sides["endpointInput"], sides.get("endpointOutput")
                request = Request(_body(asked), asked.get("observedContentType", ""))
                yield Captured(request, _body(answered) if answered else None)


def _hour_of(key: str) -> str:
    return "/".join(key.split("/")[-5:-1])


def _body(side: dict[str, str]) -> bytes:
    """A body, which is text where its content type is listed in the endpoint's configuration."""
    return base64.b64decode(side["data"]) if side["encoding"] == "BASE64" else side["data"].encode()
