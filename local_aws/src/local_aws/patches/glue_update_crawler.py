"""UpdateCrawler, which moto lacks.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-crawling.html#aws-glue-api-crawler-crawling-UpdateCrawler
"""

from __future__ import annotations

from moto.backends import get_backend
from moto.core.utils import utcnow

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime

# The operation's parameters and moto's names for them.
_FIELDS = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "Classifiers": "classifiers",
    "TablePrefix": "table_prefix",
    "SchemaChangePolicy": "schema_change_policy",
    "RecrawlPolicy": "recrawl_policy",
    "LineageConfiguration": "lineage_configuration",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Answer UpdateCrawler."""
    hooks.handle("glue", "UpdateCrawler", _update)


def _update(call: Call) -> Params:
    name = call.params["Name"]
    crawler = get_backend("glue")[call.account_id][call.region].crawlers.get(name)
    if crawler is None:
        raise ServiceError("EntityNotFoundException", f"Crawler {name} not found.")
    if crawler.status != "READY":
        raise ServiceError("CrawlerRunningException", f"Crawler with name {name} is currently running")
    for parameter, attribute in _FIELDS.items():
        if parameter in call.params:
            setattr(crawler, attribute, call.params[parameter])
    crawler.version += 1
    crawler.last_updated = utcnow()
    return {}
