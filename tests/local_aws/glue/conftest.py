"""A bucket, and a crawler run to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from local_aws.server import LocalAws

Crawl = Callable[..., dict[str, Any]]


@pytest.fixture
def client(aws: LocalAws) -> Callable[[str], Any]:
    def make(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=aws.runtime.endpoint_url,
            region_name="eu-west-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    return make


@pytest.fixture
def glue(client: Callable[[str], Any]) -> Any:
    return client("glue")


@pytest.fixture
def s3(client: Callable[[str], Any]) -> Any:
    return client("s3")


@pytest.fixture
def bucket(s3: Any, request: pytest.FixtureRequest) -> str:
    name = f"b-{abs(hash(request.node.nodeid)):x}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture
def run_crawler(glue: Any) -> Callable[[str], dict[str, Any]]:
    """Start a crawler and wait for its end."""

    def run(name: str) -> dict[str, Any]:
        glue.start_crawler(Name=name)
        return wait(glue, name)

    return run


@pytest.fixture
def crawl(glue: Any, bucket: str, run_crawler: Callable[[str], dict[str, Any]]) -> Crawl:
    """Crawl the bucket, or paths in it, into a database of the bucket's name."""

    def run(*paths: str, **options: Any) -> dict[str, Any]:
        targets = [{"Path": f"s3://{bucket}/{path}"} for path in paths or ("",)]
        glue.create_crawler(
            **{
                "Name": f"crawler-{bucket}",
                "Role": "crawler",
                "DatabaseName": bucket,
                "Targets": {"S3Targets": targets},
                **options,
            }
        )
        return run_crawler(f"crawler-{bucket}")

    return run


def wait(glue: Any, name: str) -> dict[str, Any]:
    for _ in range(6000):
        crawler: dict[str, Any] = glue.get_crawler(Name=name)["Crawler"]
        if crawler["State"] == "READY":
            return crawler
        time.sleep(0.02)
    raise AssertionError(f"crawler {name} did not end")


@pytest.fixture
def table(glue: Any, bucket: str) -> Callable[[str], dict[str, Any]]:
    def get(name: str) -> dict[str, Any]:
        found: dict[str, Any] = glue.get_table(DatabaseName=bucket, Name=name)["Table"]
        return found

    return get
