"""A configuration that the local AWS does not keep is refused, never taken for a bucket."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws


@pytest.fixture(scope="module")
def s3(aws: LocalAws) -> Any:
    return aws.runtime.client("s3")


def test_a_metrics_configuration_makes_no_bucket(s3: Any) -> None:
    with pytest.raises(ClientError, match="does not implement s3:PutBucketMetricsConfiguration") as refused:
        s3.put_bucket_metrics_configuration(Bucket="metrics", Id="all", MetricsConfiguration={"Id": "all"})
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "metrics" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_listing_analytics_lists_no_objects(s3: Any) -> None:
    with pytest.raises(ClientError, match="does not implement s3:ListBucketAnalyticsConfigurations"):
        s3.list_bucket_analytics_configurations(Bucket="metrics")
