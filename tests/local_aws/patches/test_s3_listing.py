"""A bucket is listed while another call deletes from it, as Terraform does when it empties one.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from __future__ import annotations

from typing import Any

import pytest
from moto.backends import get_backend

from local_aws.server import LocalAws

_KEYS = ["a", "b", "c"]


@pytest.fixture
def s3(aws: LocalAws) -> Any:
    client = aws.runtime.client("s3")
    client.create_bucket(Bucket="listed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in _KEYS:
        client.put_object(Bucket="listed", Key=key, Body=b"")
    return client


def test_a_listing_that_has_begun_outlives_the_deletion_of_its_keys(aws: LocalAws, s3: Any) -> None:
    keys = get_backend("s3")[aws.runtime.account_region.account_id]["aws"].get_bucket("listed").keys
    begun = [keys.iterlists(), keys.items(), zip(_KEYS, keys.values(), strict=True)]
    assert {next(listing)[0] for listing in begun} == {"a"}
    for key in _KEYS:
        s3.delete_object(Bucket="listed", Key=key)
    assert [[key for key, _ in listing] for listing in begun] == [["b", "c"]] * 3
    assert "Versions" not in s3.list_object_versions(Bucket="listed")
