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


LIMITED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sagemaker:CreateTrainingJob",
            "Resource": "*",
            "Condition": {"StringEquals": {"sagemaker:InstanceTypes": "ml.m5.large"}},
        }
    ],
}


@pytest.mark.parametrize(
    ("given", "decision", "missing"),
    [
        (["ml.m5.large"], "allowed", []),
        (["ml.p5.48xlarge"], "implicitDeny", []),
        ([], "implicitDeny", ["sagemaker:instancetypes"]),
    ],
)
def test_a_condition_is_judged_by_the_context_that_is_given(
    iam: Any, given: list[str], decision: str, missing: list[str]
) -> None:
    iam.put_role_policy(RoleName="simulated", PolicyName="train", PolicyDocument=json.dumps(LIMITED))
    key = {"ContextKeyName": "sagemaker:InstanceTypes", "ContextKeyValues": given, "ContextKeyType": "string"}
    simulated = iam.simulate_principal_policy(
        PolicySourceArn="arn:aws:iam::123456789012:role/simulated",
        ActionNames=["sagemaker:CreateTrainingJob"],
        ContextEntries=[key] if given else [],
    )
    (result,) = simulated["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == (decision, missing)


def test_a_boundary_limits_what_a_simulated_role_may_do(iam: Any) -> None:
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document("Allow", "s3:GetObject"))
    trust, arn = document("Allow", "sts:AssumeRole"), boundary["Policy"]["Arn"]
    iam.create_role(RoleName="bounded", AssumeRolePolicyDocument=trust, PermissionsBoundary=arn)
    iam.put_role_policy(RoleName="bounded", PolicyName="all", PolicyDocument=document("Allow", "s3:*"))
    results = iam.simulate_principal_policy(
        PolicySourceArn="arn:aws:iam::123456789012:role/bounded",
        ActionNames=["s3:GetObject", "s3:PutObject"],
        ResourceArns=["arn:aws:s3:::bucket/key"],
    )["EvaluationResults"]
    assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]


def test_an_unknown_identity_is_refused(iam: Any) -> None:
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:role/missing", ActionNames=["s3:GetObject"]
        )
