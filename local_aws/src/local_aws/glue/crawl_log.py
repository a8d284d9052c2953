"""A crawl's log in CloudWatch Logs, where LastCrawl says it is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from local_aws.glue.crawl import Crawl
from local_aws.log_stream import create


def write_log(logs: Any, crawl: Crawl, lines: Sequence[str]) -> None:
    """Append ``lines`` to the crawler's stream, which is made where there is none; ``logs`` is a client."""
    group, stream = crawl.log_group, crawl.log_stream
    create(logs, group, stream)
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": f"[{crawl.message_prefix}] {line}"} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
