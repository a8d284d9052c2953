"""Two accounts with an endpoint of the same name each: either serves its own model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.account_region import AccountRegion
from local_aws.server import LocalAws
from tests.local_aws.sagemaker.conftest import BUCKET, REGISTRY, put_model, variant

THIRD = AccountRegion("333333333333", "eu-west-1")
NAME = "same-name"


@pytest.fixture(scope="module")
def both(aws: LocalAws, s3: Any) -> tuple[AccountRegion, AccountRegion]:
    open_to_both = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{THIRD.account_id}:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [open_to_both]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    for account_region in (aws.runtime.account_region, THIRD):
        sagemaker = aws.runtime.client("sagemaker", account_region)
        url = put_model(s3, f"{NAME}-{account_region.account_id}")
        role = f"arn:aws:iam::{account_region.account_id}:role/sagemaker"
        container = {"Image": f"{REGISTRY}/probe:1", "ModelDataUrl": url}
        sagemaker.create_model(ModelName=NAME, ExecutionRoleArn=role, PrimaryContainer=container)
        sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant(NAME)])
        sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
        waiter = sagemaker.get_waiter("endpoint_in_service")
        waiter.wait(EndpointName=NAME, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
    return aws.runtime.account_region, THIRD


def test_each_answers_with_its_own_model(aws: LocalAws, both: tuple[AccountRegion, AccountRegion]) -> None:
    for account_region in both:
        asked = aws.runtime.client("sagemaker-runtime", account_region).invoke_endpoint(
            EndpointName=NAME, Body=b"who"
        )
        assert f"{NAME}-{account_region.account_id}" in json.dumps(json.loads(asked["Body"].read()))


def test_deleting_one_leaves_the_other(aws: LocalAws, both: tuple[AccountRegion, AccountRegion]) -> None:
    ours, theirs = both
    aws.runtime.client("sagemaker", theirs).delete_endpoint(EndpointName=NAME)
    with pytest.raises(ClientError, match="333333333333 not found"):
        aws.runtime.client("sagemaker-runtime", theirs).invoke_endpoint(EndpointName=NAME, Body=b"who")
    described = aws.runtime.client("sagemaker", ours).describe_endpoint(EndpointName=NAME)
    assert described["EndpointStatus"] == "InService"


def test_a_log_is_kept_in_the_account_of_its_endpoint(
    aws: LocalAws, both: tuple[AccountRegion, AccountRegion]
) -> None:
    for account_region in both:
        logs = aws.runtime.client("logs", account_region)
        groups = logs.describe_log_groups(logGroupNamePrefix="/aws/sagemaker/Endpoints")["logGroups"]
        log_group = account_region.arn("logs", f"log-group:/aws/sagemaker/Endpoints/{NAME}")
        assert [group["arn"].removesuffix(":*") for group in groups] == [log_group]
