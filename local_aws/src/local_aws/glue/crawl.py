"""One run of a crawler, as moto's crawler holds it in its list of crawls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local_aws.glue.catalogue import Changes
from local_aws.hooks import Params

# A crawl's state, and what Crawler.LastCrawl.Status calls it.
_LAST_CRAWL_STATUS = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED", "FAILED": "FAILED"}


@dataclass
class Crawl:
    """A crawl; moto reads ``status``, the times and ``as_dict``, and sets ``STOPPING`` to stop it."""

    log_stream: str
    status: str = "RUNNING"
    crawl_id: str = field(default_factory=lambda: str(uuid4()))
    start_time: datetime = field(default_factory=lambda: datetime.now(UTC))
    end_time: datetime | None = None
    error: str = ""
    changes: Changes = field(default_factory=Changes)
    log_group: str = "/aws-glue/crawlers"

    @property
    def message_prefix(self) -> str:
        """What each of this crawl's log lines begins with."""
        return self.crawl_id

    @property
    def stopping(self) -> bool:
        """Whether StopCrawler was called."""
        return self.status == "STOPPING"

    @property
    def seconds(self) -> float:
        """How long the crawl took, or has taken until now."""
        return ((self.end_time or datetime.now(UTC)) - self.start_time).total_seconds()

    def end(self, status: str, error: str = "") -> None:
        """End as ``COMPLETED``, ``STOPPED`` or ``FAILED``."""
        self.end_time, self.error, self.status = datetime.now(UTC), error, status

    def advance(self) -> None:
        """moto's simulation of time: a real crawl takes its own."""

    def as_dict(self) -> dict[str, Any]:
        """The crawl as ListCrawls tells it."""
        told: dict[str, Any] = {
            "CrawlId": self.crawl_id,
            "State": "RUNNING" if self.stopping else self.status,
            "StartTime": self.start_time,
            "LogGroup": self.log_group,
            "LogStream": self.log_stream,
            "MessagePrefix": self.message_prefix,
            "DPUHour": 0.0,
        }
        if self.end_time:
            told["EndTime"] = self.end_time
        if self.error:
            told["ErrorMessage"] = self.error
        return told

    def as_last_crawl(self) -> Params:
        """The ended crawl as GetCrawler tells it, with JSON's epoch seconds."""
        told = {
            "Status": _LAST_CRAWL_STATUS[self.status],
            "LogGroup": self.log_group,
            "LogStream": self.log_stream,
            "MessagePrefix": self.message_prefix,
            "StartTime": self.start_time.timestamp(),
        }
        return {**told, "ErrorMessage": self.error} if self.error else told
