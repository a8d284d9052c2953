"""Accounts kept apart: by an account's own key, and by a role that another account assumes."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.account_region import AccountRegion
from local_aws.server import LocalAws

OTHER = AccountRegion("222222222222", "eu-central-1")


def topics(client: Any) -> list[str]:
    return [topic["TopicArn"] for topic in client.list_topics()["Topics"]]


def test_the_environment_of_an_account_leads_to_that_account(aws: LocalAws) -> None:
    environment = aws.runtime.environment(OTHER)
    session = boto3.Session(
        environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], region_name="eu-central-1"
    )
    sts = session.client("sts", endpoint_url=environment["AWS_ENDPOINT_URL"])
    assert sts.get_caller_identity()["Account"] == OTHER.account_id
    assert aws.runtime.client("sts").get_caller_identity()["Account"] == aws.runtime.account_id


def test_what_one_account_has_another_does_not_see(aws: LocalAws) -> None:
    aws.runtime.client("sns", OTHER).create_topic(Name="theirs")
    aws.runtime.client("sns").create_topic(Name="ours")
    assert topics(aws.runtime.client("sns", OTHER)) == [OTHER.arn("sns", "theirs")]
    assert topics(aws.runtime.client("sns")) == [aws.runtime.account_region.arn("sns", "ours")]


def test_an_assumed_role_acts_in_the_account_of_the_role(aws: LocalAws) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{aws.runtime.account_id}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam = aws.runtime.client("iam", OTHER)
    role = iam.create_role(RoleName="visitor", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    listing = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sns:ListTopics", "Resource": "*"}],
    }
    iam.put_role_policy(RoleName="visitor", PolicyName="list", PolicyDocument=json.dumps(listing))
    assumed = aws.runtime.client("sts").assume_role(RoleArn=role, RoleSessionName="visit")["Credentials"]
    session = boto3.Session(
        assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"], OTHER.region
    )
    aws.runtime.client("sns", OTHER).create_topic(Name="theirs")
    there = session.client("sns", endpoint_url=aws.runtime.endpoint_url)
    assert OTHER.arn("sns", "theirs") in topics(there)


def test_a_bucket_name_is_taken_in_every_account(aws: LocalAws) -> None:
    location = {"LocationConstraint": "eu-central-1"}
    aws.runtime.client("s3", OTHER).create_bucket(Bucket="taken", CreateBucketConfiguration=location)
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        aws.runtime.client("s3").create_bucket(
            Bucket="taken", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
