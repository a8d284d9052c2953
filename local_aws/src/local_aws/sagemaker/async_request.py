"""One request to an asynchronous endpoint, and what becomes of it.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

from local_aws.s3_location import S3Location


@dataclass(frozen=True)
class AsyncRequest:
    """A request that waits in an endpoint's queue.

    ``payload`` is the body or where it is in S3; ``headers`` are what the container gets.
    ``ttl_seconds`` is how long it may wait, ``timeout_seconds`` how long the container may take.
    """

    inference_id: str
    payload: bytes | S3Location
    headers: Mapping[str, str]
    ttl_seconds: int
    timeout_seconds: int
    received: datetime = field(default_factory=lambda: datetime.now(UTC))
    file_name: str = field(default_factory=lambda: str(uuid4()))

    @property
    def source(self) -> str:
        """Where its body is from."""
        return str(self.payload) if isinstance(self.payload, S3Location) else "the request's body"

    @property
    def expired(self) -> bool:
        """Whether it has waited too long."""
        return datetime.now(UTC) - self.received > timedelta(seconds=self.ttl_seconds)


@dataclass(frozen=True)
class Outcome:
    """What a request ended with: the container's answer, or the ``reason`` why there is none."""

    status: Literal["Completed", "Failed", "Expired"]
    body: bytes
    content_type: str
    reason: str = ""

    @classmethod
    def without_answer(cls, reason: str, status: Literal["Failed", "Expired"] = "Failed") -> Outcome:
        """The outcome of a request that the container has not answered."""
        return cls(status, reason.encode(), "text/plain", reason)
