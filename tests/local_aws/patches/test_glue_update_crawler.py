"""UpdateCrawler changes what it names.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-crawling.html
"""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.server import LocalAws


@pytest.fixture(scope="module")
def glue(aws: LocalAws) -> Any:
    client = aws.runtime.client("glue")
    client.create_crawler(
        Name="crawler",
        Role="arn:aws:iam::123456789012:role/crawler",
        DatabaseName="database",
        TablePrefix="raw_",
        Targets={"S3Targets": [{"Path": "s3://bucket/one/"}]},
    )
    return client


def test_an_update_changes_what_it_names_and_keeps_the_rest(glue: Any) -> None:
    before = glue.get_crawler(Name="crawler")["Crawler"]
    glue.update_crawler(Name="crawler", Targets={"S3Targets": [{"Path": "s3://bucket/two/"}]}, TablePrefix="")
    after = glue.get_crawler(Name="crawler")["Crawler"]
    assert [target["Path"] for target in after["Targets"]["S3Targets"]] == ["s3://bucket/two/"]
    assert (after["DatabaseName"], after["TablePrefix"]) == ("database", "")
    assert after["Version"] == before["Version"] + 1


def test_updating_a_missing_crawler_is_refused(glue: Any) -> None:
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.update_crawler(Name="missing", Description="x")
