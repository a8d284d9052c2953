"""A bucket that sends its events to EventBridge says so.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_NotificationConfiguration.html
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from local_aws.server import LocalAws


@pytest.fixture
def bucket(aws: LocalAws) -> str:
    name = f"events-{uuid4()}"
    aws.runtime.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return name


def read(aws: LocalAws, bucket: str) -> dict[str, Any]:
    found: dict[str, Any] = aws.runtime.client("s3").get_bucket_notification_configuration(Bucket=bucket)
    found.pop("ResponseMetadata")
    return found


def test_a_bucket_without_notifications_has_none(aws: LocalAws, bucket: str) -> None:
    assert read(aws, bucket) == {}


def test_eventbridge_is_told(aws: LocalAws, bucket: str) -> None:
    topic = aws.runtime.client("sns").create_topic(Name="events")["TopicArn"]
    configuration = {
        "EventBridgeConfiguration": {},
        "TopicConfigurations": [{"Id": "new", "TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}],
    }
    aws.runtime.client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=configuration
    )
    assert read(aws, bucket) == configuration
