"""SimulatePrincipalPolicy judges an identity's own policies.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.server import LocalAws

BUCKET = "arn:aws:s3:::bucket/*"


def document(effect: str, action: str) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": BUCKET}]}
    )


@pytest.fixture(scope="module")
def iam(aws: LocalAws) -> Any:
    client = aws.runtime.client("iam")
    client.create_role(RoleName="simulated", AssumeRolePolicyDocument=document("Allow", "sts:AssumeRole"))
    client.put_role_policy(RoleName="simulated", PolicyName="read", PolicyDocument=document("Allow", "s3:*"))
    denied = client.create_policy(PolicyName="denied", PolicyDocument=document("Deny", "s3:DeleteObject"))
    client.attach_role_policy(RoleName="simulated", PolicyArn=denied["Policy"]["Arn"])
    return client


def test_each_action_on_each_resource_is_judged(iam: Any) -> None:
    results = iam.simulate_principal_policy(
        PolicySourceArn="arn:aws:iam::123456789012:role/simulated",
        ActionNames=["s3:GetObject", "s3:DeleteObject", "sagemaker:CreateModel"],
        ResourceArns=["arn:aws:s3:::bucket/key", "arn:aws:s3:::other/key"],
    )["EvaluationResults"]
    assert [result["EvalDecision"] for result in results] == [
        *("allowed", "implicitDeny"),
        *("explicitDeny", "implicitDeny"),
        *("implicitDeny", "implicitDeny"),
    ]


def test_an_unknown_identity_is_refused(iam: Any) -> None:
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:role/missing", ActionNames=["s3:GetObject"]
        )
