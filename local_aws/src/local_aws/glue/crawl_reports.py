"""What the crawler operations tell of crawls, where moto's replies fall short."""

from __future__ import annotations

import statistics
from typing import Any

from moto.backends import get_backend

from local_aws.glue.crawl import Crawl
from local_aws.hooks import Call, Params, ServiceError


def stored_crawlers(call: Call) -> dict[str, Any]:
    """moto's crawlers in the call's account and region, by name."""
    crawlers: dict[str, Any] = get_backend("glue")[call.account_id][call.region].crawlers
    return crawlers


def refuse_while_running(call: Call) -> Call:
    """A crawler that crawls cannot be deleted."""
    stored = stored_crawlers(call).get(call.params["Name"])
    if stored is not None and stored.status != "READY":
        raise ServiceError("CrawlerRunningException", f"Crawler with name {stored.name} is running")
    return call


def tell_all(call: Call, reply: Params) -> Params:
    """``told`` for every crawler of a reply."""
    return {**reply, "Crawlers": [told(call, crawler) for crawler in reply["Crawlers"]]}


def told(call: Call, crawler: Params) -> Params:
    """moto's crawler with the last crawl that ended, and the time that a running one has taken."""
    crawls: list[Crawl] = stored_crawlers(call)[crawler["Name"]].crawls
    report = {key: value for key, value in crawler.items() if key != "LastCrawl"}
    ended = [crawl for crawl in crawls if crawl.end_time]
    if ended:
        report["LastCrawl"] = ended[-1].as_last_crawl()
    report["CrawlElapsedTime"] = 0 if report["State"] == "READY" else int(crawls[-1].seconds * 1000)
    return report


def metrics(call: Call) -> Params:
    """GetCrawlerMetrics: the last crawl's changes, and how long crawls took."""
    stored = stored_crawlers(call)
    names = call.params.get("CrawlerNameList") or list(stored)
    return {
        "CrawlerMetricsList": [_metrics_of(name, stored[name].crawls) for name in names if name in stored]
    }


def _metrics_of(name: str, crawls: list[Crawl]) -> Params:
    seconds = [crawl.seconds for crawl in crawls if crawl.end_time]
    changes = [crawl.changes for crawl in crawls[-1:]]
    return {
        "CrawlerName": name,
        "TimeLeftSeconds": 0.0,
        "StillEstimating": bool(crawls and not crawls[-1].end_time),
        "LastRuntimeSeconds": seconds[-1] if seconds else 0.0,
        "MedianRuntimeSeconds": statistics.median(seconds) if seconds else 0.0,
        "TablesCreated": sum(len(change.created) for change in changes),
        "TablesUpdated": sum(len(change.updated) for change in changes),
        "TablesDeleted": sum(len(change.deleted) for change in changes),
    }
