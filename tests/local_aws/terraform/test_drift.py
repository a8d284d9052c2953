"""Every resource that the constructs use, through the real provider: applied, unchanged, updated, gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_aws.server import LocalAws
from tests.local_aws.terraform.command import Terraform

LARGER_THAN_ONE_PART = 12_000_000


def left(aws: LocalAws) -> dict[str, list[Any]]:
    """What is still there, by kind."""
    client = aws.runtime.client
    return {
        "buckets": client("s3").list_buckets()["Buckets"],
        "roles": client("iam").list_roles()["Roles"],
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "projects": client("codebuild").list_projects()["projects"],
        "report groups": client("codebuild").list_report_groups()["reportGroups"],
        "pipelines": client("codepipeline").list_pipelines()["pipelines"],
        "connections": client("codestar-connections").list_connections()["Connections"],
        "topics": client("sns").list_topics()["Topics"],
        "log groups": client("logs").describe_log_groups()["logGroups"],
        "alarms": client("cloudwatch").describe_alarms()["MetricAlarms"],
        "rules": client("events").list_rules()["Rules"],
        "databases": client("glue").get_databases()["DatabaseList"],
        "crawlers": client("glue").list_crawlers()["CrawlerNames"],
        "secrets": client("secretsmanager").list_secrets()["SecretList"],
        "aliases": [
            alias
            for alias in client("kms").list_aliases()["Aliases"]
            if "alias/aws/" not in alias["AliasName"]
        ],
    }


def test_hardened_resources_are_applied_do_not_drift_are_updated_and_leave_nothing(
    aws: LocalAws, terraform: Callable[[str], Terraform]
) -> None:
    stack = terraform("hardened")
    (stack.folder / "large.bin").write_bytes(bytes(LARGER_THAN_ONE_PART))
    stack.apply()
    assert not stack.drift()
    updated = stack.apply("-var=revision=2")
    # A secret's versions are immutable.
    assert [line for line in updated.splitlines() if "must be replaced" in line] == [
        "  # aws_secretsmanager_secret_version.token must be replaced"
    ]
    assert not stack.drift("-var=revision=2")
    stack.apply("-var=revision=2", "-destroy")
    assert {kind: resources for kind, resources in left(aws).items() if resources} == {}


def test_a_lifecycle_configuration_with_size_filters_does_not_drift(
    terraform: Callable[[str], Terraform],
) -> None:
    stack = terraform("lifecycle")
    stack.apply()
    assert not stack.drift()
