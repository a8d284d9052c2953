"""GetBucketLifecycleConfiguration gives what PutBucketLifecycleConfiguration was given.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws

RULES: list[dict[str, Any]] = [
    {
        "ID": "large",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "p/", "ObjectSizeGreaterThan": 500, "ObjectSizeLessThan": 64000}},
        "Expiration": {"Days": 30},
    },
    {
        "ID": "versions",
        "Status": "Disabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 3},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    },
]


@pytest.fixture(scope="module")
def s3(aws: LocalAws) -> Any:
    client = aws.runtime.client("s3")
    client.create_bucket(Bucket="lifecycle", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


def test_size_filters_and_version_counts_come_back(s3: Any) -> None:
    s3.put_bucket_lifecycle_configuration(Bucket="lifecycle", LifecycleConfiguration={"Rules": RULES})
    assert s3.get_bucket_lifecycle_configuration(Bucket="lifecycle")["Rules"] == RULES


def test_a_rule_without_an_id_gets_one(s3: Any) -> None:
    nameless = {key: value for key, value in RULES[1].items() if key != "ID"}
    s3.put_bucket_lifecycle_configuration(Bucket="lifecycle", LifecycleConfiguration={"Rules": [nameless]})
    assert s3.get_bucket_lifecycle_configuration(Bucket="lifecycle")["Rules"][0]["ID"]


def test_a_deleted_configuration_is_gone(s3: Any) -> None:
    s3.put_bucket_lifecycle_configuration(Bucket="lifecycle", LifecycleConfiguration={"Rules": RULES})
    s3.delete_bucket_lifecycle(Bucket="lifecycle")
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket="lifecycle")


def test_a_bucket_that_does_not_exist_is_said_so(s3: Any) -> None:
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.get_bucket_lifecycle_configuration(Bucket="missing")
