"""Who pays for a bucket's requests: its owner, unless told otherwise.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws


@pytest.fixture(scope="module")
def s3(aws: LocalAws) -> Any:
    client = aws.runtime.client("s3")
    client.create_bucket(Bucket="payment", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


def test_the_owner_pays_until_the_requester_does(s3: Any) -> None:
    assert s3.get_bucket_request_payment(Bucket="payment")["Payer"] == "BucketOwner"
    s3.put_bucket_request_payment(Bucket="payment", RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket="payment")["Payer"] == "Requester"


def test_another_payer_is_refused(s3: Any) -> None:
    with pytest.raises(ClientError, match="given Somebody; allowed: BucketOwner or Requester"):
        s3.put_bucket_request_payment(Bucket="payment", RequestPaymentConfiguration={"Payer": "Somebody"})
