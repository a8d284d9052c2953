"""The Glue crawler that keeps the catalogue's tables as the files are."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime
from typing import Any

from mlops.train.build import TrainingError

_POLL_SECONDS = 0.5


def is_older(glue: Any, crawler: str, newest: datetime) -> bool:
    """Whether the last crawl may have missed a file; S3 tells its files' times in whole seconds.

    Raises:
        TrainingError: there is no such crawler.
    """
    last = _crawler(glue, crawler).get("LastCrawl", {}).get("StartTime")
    return last is None or bool(last.replace(microsecond=0) <= newest)


def crawl(glue: Any, crawler: str) -> None:
    """Run the crawler, or wait for the run under way.

    Raises:
        TrainingError: there is no such crawler, or it fails.
    """
    with contextlib.suppress(glue.exceptions.CrawlerRunningException):
        glue.start_crawler(Name=crawler)
    while (found := _crawler(glue, crawler))["State"] != "READY":
        time.sleep(_POLL_SECONDS)
    last = found.get("LastCrawl", {})
    if last.get("Status") not in (None, "SUCCEEDED"):
        raise TrainingError(
            f"The crawler {crawler} ended as {last['Status']}: {last.get('ErrorMessage', '')}"
        )


def _crawler(glue: Any, name: str) -> dict[str, Any]:
    try:
        return dict(glue.get_crawler(Name=name)["Crawler"])
    except glue.exceptions.EntityNotFoundException as error:
        raise TrainingError(f"There is no crawler {name}. Deploy the init stack first.") from error
