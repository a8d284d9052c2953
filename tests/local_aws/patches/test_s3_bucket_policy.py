"""Bucket policies: what has a condition guards the real network, what has none holds here as well.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws

TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}


def deny(bucket: str, action: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    return statement | ({"Condition": condition} if condition else {})


@pytest.fixture
def bucket(aws: LocalAws) -> str:
    name = f"policy-{uuid4()}"
    aws.runtime.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return name


def put_policy(aws: LocalAws, bucket: str, statements: Any) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    aws.runtime.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def test_a_policy_that_asks_for_tls_does_not_shut_a_local_client_out(aws: LocalAws, bucket: str) -> None:
    s3 = aws.runtime.client("s3")
    put_policy(aws, bucket, deny(bucket, "s3:*", TLS_ONLY))
    s3.put_object(Bucket=bucket, Key="k", Body=b"body")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"body"
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})


def test_an_unconditional_deny_holds(aws: LocalAws, bucket: str) -> None:
    s3 = aws.runtime.client("s3")
    put_policy(aws, bucket, [deny(bucket, "s3:PutObject"), deny(bucket, "s3:*", TLS_ONLY)])
    with pytest.raises(ClientError, match="PutObject"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"body")


def test_the_policy_is_read_back_as_it_was_put(aws: LocalAws, bucket: str) -> None:
    statement = deny(bucket, "s3:*", TLS_ONLY)
    put_policy(aws, bucket, [statement])
    policy = aws.runtime.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    assert json.loads(policy)["Statement"] == [statement]
