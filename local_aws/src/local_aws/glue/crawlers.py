"""Crawlers that really crawl: moto keeps their definitions, a thread each does the work.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-crawling.html
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.account_region import AccountRegion
from local_aws.glue.catalogue import CatalogueWriter
from local_aws.glue.classification import classify
from local_aws.glue.classifiers import Classifiers, CsvClassifier
from local_aws.glue.crawl import Crawl
from local_aws.glue.crawl_log import write_log
from local_aws.glue.crawl_reports import metrics, refuse_while_running, stored_crawlers, tell_all, told
from local_aws.glue.grouping import File, FoundTable, group
from local_aws.glue.sample import list_target
from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.iam.access import Access
from local_aws.iam.roles import RoleRefusedError, ServiceRoles
from local_aws.runtime import Runtime
from local_aws.s3_location import S3Location


class Crawlers:
    """Answers for crawls; ``classifiers`` are those that crawlers may name."""

    def __init__(self, runtime: Runtime, classifiers: Classifiers) -> None:
        self._runtime = runtime
        self._classifiers = classifiers
        self._starting = threading.Lock()

    def register(self, hooks: Hooks) -> None:
        """Run what StartCrawler starts, and tell of crawls what moto does not."""
        hooks.handle("glue", "StartCrawler", self._start)
        hooks.before("glue", "DeleteCrawler", refuse_while_running)
        hooks.after("glue", "GetCrawler", lambda call, reply: {"Crawler": told(call, reply["Crawler"])})
        for operation in ("GetCrawlers", "BatchGetCrawlers"):
            hooks.after("glue", operation, tell_all)
        hooks.handle("glue", "GetCrawlerMetrics", metrics)

    def _start(self, call: Call) -> Params:
        name = call.params["Name"]
        crawler = stored_crawlers(call).get(name)
        if crawler is None:
            raise ServiceError("EntityNotFoundException", f"Crawler {name} not found.")
        with self._starting:
            if crawler.status != "READY":
                raise ServiceError("CrawlerRunningException", f"Crawler with name {name} has already started")
            crawl = Crawl(log_stream=name)
            crawler.crawls.append(crawl)
        definition = crawler.as_dict()
        account_region = self._assume(call, definition)
        self._runtime.start_thread(
            f"crawler {name}",
            lambda: self._run(call, account_region, definition, crawl),
            lambda reason: crawl.end("FAILED", f"Internal Service Exception: {reason}"),
        )
        return {}

    def _assume(self, call: Call, crawler: Params) -> AccountRegion:
        role = crawler["Role"]
        if not role.startswith("arn:"):
            role = f"arn:aws:iam::{call.account_id}:role/{role}"
        arn = call.arn("glue", f"crawler/{crawler['Name']}")
        try:
            return self._runtime.engine(ServiceRoles).assume(
                call.account_region, role, "glue.amazonaws.com", "AWS-Crawler", arn
            )
        except RoleRefusedError as error:
            raise ServiceError(
                "InvalidInputException",
                f"Service is unable to assume provided role {role}. Please verify role's TrustPolicy",
            ) from error

    def _run(self, call: Call, account_region: AccountRegion, crawler: Params, crawl: Crawl) -> None:
        lines = [f"BENCHMARK : Running Start Crawl for Crawler {crawler['Name']}"]
        status, error = "COMPLETED", ""
        try:
            self._check_encryption(account_region, crawler)
            self._crawl(call, account_region, crawler, crawl, lines)
            if crawl.stopping:
                status = "STOPPED"
        except (ClientError, BotoCoreError, ServiceError, ValueError) as failure:
            status, error = "FAILED", _reason(failure)
            lines.append(f"ERROR : {error}")
        lines.append("BENCHMARK : Crawler has finished running and is in state READY")
        try:
            write_log(self._runtime.client("logs", account_region), crawl, lines)
        except ClientError as failure:
            status, error = "FAILED", _reason(failure)
        crawl.end(status, error)

    def _check_encryption(self, account_region: AccountRegion, crawler: Params) -> None:
        """A crawler with a security configuration reads it in its role."""
        if crawler.get("CrawlerSecurityConfiguration"):
            refusal = self._runtime.engine(ServiceRoles).refusal(
                account_region, Access("glue:GetSecurityConfiguration", "*")
            )
            if refusal:
                raise ServiceError("AccessDeniedException", refusal)

    def _crawl(
        self, call: Call, account_region: AccountRegion, crawler: Params, crawl: Crawl, lines: list[str]
    ) -> None:
        custom = [self._classifiers.csv(call, name) for name in crawler.get("Classifiers") or []]
        targets = (crawler.get("Targets") or {}).get("S3Targets") or []
        found: list[FoundTable] = []
        for target in targets:
            files = list(self._classified(account_region, target, custom, crawl))
            if crawl.stopping:
                return
            if not files:
                lines.append(f"WARN : No objects to classify under {target['Path']}; no table is created")
                continue
            location = S3Location.parse(target["Path"])
            found += group(location.bucket, _folder(location, files), files)
        lines.append(
            f"BENCHMARK : Classification complete, writing results to database {crawler['DatabaseName']}"
        )
        locations = [S3Location.parse(target["Path"]) for target in targets]
        glue = self._runtime.client("glue", account_region)
        crawl.changes = CatalogueWriter(glue, crawler).write(found, locations)
        lines += [f"INFO : Created table {name}" for name in crawl.changes.created]
        lines += [f"INFO : Updated table {name}" for name in crawl.changes.updated]
        lines += [f"INFO : Deleted table {name}" for name in crawl.changes.deleted]

    def _classified(
        self, account_region: AccountRegion, target: Params, custom: list[CsvClassifier], crawl: Crawl
    ) -> Iterator[File]:
        s3 = self._runtime.client("s3", account_region)
        per_folder: dict[str, int] = {}
        limit = target.get("SampleSize")
        for item in list_target(s3, target["Path"], target.get("Exclusions") or []):
            if crawl.stopping or self._runtime.stopping.is_set():
                return
            folder = item.key.rpartition("/")[0]
            per_folder[folder] = per_folder.get(folder, 0) + 1
            if not limit or per_folder[folder] <= limit:
                yield item, classify(s3, item, custom)


def _folder(location: S3Location, files: list[File]) -> str:
    """The prefix to group by: the target's folder, or that of the one object it names."""
    if any(item.key == location.key for item, _ in files):
        return location.key.rpartition("/")[0] + "/" if "/" in location.key else ""
    return location.folder


def _reason(failure: Exception) -> str:
    """The failure in the words of the AWS SDK that Glue's own crawlers log."""
    if isinstance(failure, ClientError):
        error = failure.response["Error"]
        status = failure.response["ResponseMetadata"]["HTTPStatusCode"]
        return (
            f"{error['Message']} (Service: Amazon S3; Status Code: {status}; Error Code: {error['Code']})"
            if failure.operation_name.startswith(("ListObjects", "GetObject", "HeadObject"))
            else f"{error['Message']} (Error Code: {error['Code']})"
        )
    return str(failure)
