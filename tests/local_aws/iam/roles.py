"""Roles on a local AWS, and clients that act in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.client import Config
from botocore.exceptions import ClientError

from local_aws.server import LocalAws

ACCOUNT = "123456789012"


def allow(actions: str | list[str], resources: str | list[str] = "*", **conditions: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return {**statement, "Condition": conditions} if conditions else statement


def deny(actions: str | list[str], resources: str | list[str] = "*", **conditions: Any) -> dict[str, Any]:
    return {**allow(actions, resources, **conditions), "Effect": "Deny"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal: dict[str, str], **conditions: Any) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return document({**statement, "Condition": conditions} if conditions else statement)


@dataclass
class Iam:
    """Makes roles and sessions on a local AWS."""

    aws: LocalAws

    def role(self, name: str, *statements: dict[str, Any], account: str = ACCOUNT, **options: Any) -> str:
        """A role that its own account may assume, with one inline policy; its ARN."""
        iam = self.client("iam", account)
        options.setdefault("AssumeRolePolicyDocument", trust({"AWS": f"arn:aws:iam::{account}:root"}))
        made = iam.create_role(RoleName=name, **options)
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        return str(made["Role"]["Arn"])

    def role_once(self, name: str) -> str:
        """A role without rights, made by the first that asks for it."""
        iam = self.client("iam")
        known = [role["Arn"] for role in iam.list_roles()["Roles"] if role["RoleName"] == name]
        return known[0] if known else self.role(name)

    def client(self, service: str, account: str = ACCOUNT, region: str = "eu-west-1") -> Any:
        """A client with the start-up credentials of an account."""
        key = "local" if account == self.aws.runtime.account_id else account
        return self.with_keys(service, region, aws_access_key_id=key, aws_secret_access_key="local")

    def session(
        self, role_arn: str, service: str, by: str = ACCOUNT, region: str = "eu-west-1", **options: Any
    ) -> Any:
        """A client of a role's session, assumed by an account."""
        keys = self.assume(self.client("sts", by), role_arn, **options)
        return self.with_keys(service, region, **keys)

    def assume(self, sts: Any, role_arn: str, **options: Any) -> dict[str, str]:
        """The keys of a role's session."""
        keys = sts.assume_role(RoleArn=role_arn, RoleSessionName="tester", **options)["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def with_keys(self, service: str, region: str = "eu-west-1", **keys: str) -> Any:
        """A client with any keys."""
        return boto3.client(
            service,
            endpoint_url=self.aws.runtime.endpoint_url,
            region_name=region,
            config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
            **keys,
        )


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int, str]:
    """Code, status and message."""
    response = error.value.response
    return (
        response["Error"]["Code"],
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Message"],
    )
