"""What a role's session may do on the local AWS, and how each service says no."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.iam.policy import parse
from local_aws.server import LocalAws
from tests.local_aws.iam.roles import ACCOUNT, Iam, allow, deny, document, refusal, trust

BUCKET = "arn:aws:s3:::data"


@pytest.fixture(scope="module")
def iam(aws: LocalAws) -> Iam:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in ("in/ratings", "out/model"):
        s3.put_object(Bucket="data", Key=key, Body=b"data")
    return Iam(aws)


def test_start_up_credentials_may_do_everything(iam: Iam) -> None:
    assert iam.client("s3").get_object(Bucket="data", Key="in/ratings")["Body"].read() == b"data"
    assert iam.client("sagemaker").list_models()["Models"] == []


def test_a_session_may_do_what_its_role_allows_and_nothing_else(iam: Iam) -> None:
    s3 = iam.session(iam.role("reader", allow("s3:GetObject", f"{BUCKET}/in/*")), "s3")
    assert s3.get_object(Bucket="data", Key="in/ratings")["Body"].read() == b"data"
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket="data", Key="out/model")
    assert refusal(refused) == (
        "AccessDenied",
        403,
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/reader/tester is not authorized to perform: s3:GetObject "
        'on resource: "arn:aws:s3:::data/out/model" because no identity-based policy allows the s3:GetObject '
        "action",
    )


def test_a_session_without_any_policy_still_knows_who_it_is(iam: Iam) -> None:
    identity = iam.session(iam.role("nobody"), "sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/nobody/tester"


def test_a_denial_wins_over_every_permission(iam: Iam) -> None:
    role = iam.role("denied", allow("s3:*"), deny("s3:GetObject", f"{BUCKET}/out/*"))
    s3 = iam.session(role, "s3")
    assert s3.get_object(Bucket="data", Key="in/ratings")
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        s3.get_object(Bucket="data", Key="out/model")


def test_an_attached_policy_counts_as_an_inline_one_does(iam: Iam) -> None:
    client = iam.client("iam")
    policy = client.create_policy(PolicyName="read", PolicyDocument=document(allow("s3:GetObject")))
    role = iam.role("attached")
    client.attach_role_policy(RoleName="attached", PolicyArn=policy["Policy"]["Arn"])
    assert iam.session(role, "s3").get_object(Bucket="data", Key="in/ratings")


def test_a_policy_that_changes_counts_at_once(iam: Iam) -> None:
    s3 = iam.session(iam.role("changed", allow("s3:GetObject")), "s3")
    assert s3.get_object(Bucket="data", Key="in/ratings")
    iam.client("iam").delete_role_policy(RoleName="changed", PolicyName="own")
    with pytest.raises(ClientError, match="not authorized to perform: s3:GetObject"):
        s3.get_object(Bucket="data", Key="in/ratings")


def test_a_boundary_limits_what_policies_allow(iam: Iam) -> None:
    boundary = iam.client("iam").create_policy(
        PolicyName="limit", PolicyDocument=document(allow("s3:GetObject", f"{BUCKET}/in/*"))
    )
    role = iam.role("bounded", allow("s3:GetObject"), PermissionsBoundary=boundary["Policy"]["Arn"])
    s3 = iam.session(role, "s3")
    assert s3.get_object(Bucket="data", Key="in/ratings")
    with pytest.raises(ClientError, match="no permissions boundary allows the s3:GetObject action"):
        s3.get_object(Bucket="data", Key="out/model")


def test_a_session_policy_limits_one_session(iam: Iam) -> None:
    role = iam.role("scoped", allow("s3:GetObject"))
    narrow = document(allow("s3:GetObject", f"{BUCKET}/in/*"))
    s3 = iam.session(role, "s3", Policy=narrow)
    assert s3.get_object(Bucket="data", Key="in/ratings")
    with pytest.raises(ClientError, match="no session policy allows the s3:GetObject action"):
        s3.get_object(Bucket="data", Key="out/model")
    assert iam.session(role, "s3").get_object(Bucket="data", Key="out/model")


def test_a_users_keys_have_the_users_rights(iam: Iam) -> None:
    client = iam.client("iam")
    client.create_user(UserName="ann")
    policy = document(allow("s3:GetObject", f"{BUCKET}/in/${{aws:username}}"))
    client.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=policy)
    iam.client("s3").put_object(Bucket="data", Key="in/ann", Body=b"")
    key = client.create_access_key(UserName="ann")["AccessKey"]
    s3 = iam.with_keys(
        "s3", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )
    assert s3.get_object(Bucket="data", Key="in/ann")
    with pytest.raises(ClientError, match=f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized"):
        s3.get_object(Bucket="data", Key="in/ratings")


def test_a_sessions_key_without_its_token_is_nobodys(iam: Iam) -> None:
    keys = iam.assume(iam.client("sts"), iam.role("tokenless", allow("s3:*")))
    s3 = iam.with_keys("s3", **{**keys, "aws_session_token": "another"})
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        s3.get_object(Bucket="data", Key="in/ratings")


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "status", "action", "resource"),
    [
        (
            "sagemaker",
            "describe_model",
            {"ModelName": "m"},
            "AccessDeniedException",
            400,
            "sagemaker:DescribeModel",
            f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:model/m",
        ),
        (
            "sagemaker-runtime",
            "invoke_endpoint",
            {"EndpointName": "e", "Body": b""},
            "AccessDeniedException",
            403,
            "sagemaker:InvokeEndpoint",
            f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:endpoint/e",
        ),
        (
            "sagemaker-runtime",
            "invoke_endpoint_async",
            {"EndpointName": "e", "InputLocation": "s3://bucket/key"},
            "AccessDeniedException",
            403,
            "sagemaker:InvokeEndpointAsync",
            f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:endpoint/e",
        ),
        (
            "iam",
            "get_role",
            {"RoleName": "speechless"},
            "AccessDenied",
            403,
            "iam:GetRole",
            f"arn:aws:iam::{ACCOUNT}:role/speechless",
        ),
        (
            "sns",
            "publish",
            {"TopicArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", "Message": "m"},
            "AuthorizationError",
            403,
            "SNS:Publish",
            f"arn:aws:sns:eu-west-1:{ACCOUNT}:t",
        ),
        (
            "logs",
            "put_log_events",
            {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 0, "message": "m"}]},
            "AccessDeniedException",
            400,
            "logs:PutLogEvents",
            f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:g:log-stream:s",
        ),
        (
            "codebuild",
            "batch_get_builds",
            {"ids": ["p:1"]},
            "AccessDeniedException",
            400,
            "codebuild:BatchGetBuilds",
            f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/p",
        ),
    ],
)
def test_each_service_refuses_in_its_own_way(
    iam: Iam,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    code: str,
    status: int,
    action: str,
    resource: str,
) -> None:
    role = iam.role_once("speechless")
    with pytest.raises(ClientError) as refused:
        getattr(iam.session(role, service), operation)(**parameters)
    assert refusal(refused) == (
        code,
        status,
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/speechless/tester is not authorized to perform: {action} "
        f"on resource: {resource} because no identity-based policy allows the {action} action",
    )


def test_what_an_unknown_operation_is_about_is_allowed_by_a_star_alone(iam: Iam) -> None:
    action = "ecs:ListClusters"
    for resource, allowed in (("*", True), (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/*", False)):
        role = iam.role(f"unknown-{allowed}", allow(action, resource))
        if allowed:
            assert iam.session(role, "ecs").list_clusters()["clusterArns"] == []
        else:
            with pytest.raises(ClientError, match=r"ecs:ListClusters on resource: \*"):
                iam.session(role, "ecs").list_clusters()


def test_a_refused_upload_leaves_the_connection_usable(iam: Iam) -> None:
    s3 = iam.session(iam.role("uploader", allow("s3:PutObject", f"{BUCKET}/out/*")), "s3")
    for _ in range(3):
        with pytest.raises(ClientError, match="not authorized to perform: s3:PutObject"):
            s3.put_object(Bucket="data", Key="in/new", Body=b"x" * 300_000)
        s3.put_object(Bucket="data", Key="out/new", Body=b"x")


def test_passing_a_role_needs_the_right_to_and_to_that_service(iam: Iam) -> None:
    passed = iam.role("passed", AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))
    to_sagemaker = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    create = allow("sagemaker:CreateModel", f"arn:aws:sagemaker:*:{ACCOUNT}:model/*")
    model = {"ModelName": "passing", "ExecutionRoleArn": passed, "PrimaryContainer": {"Image": "i"}}
    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {passed} because no identity-based"):
        iam.session(iam.role("passes-nothing", create), "sagemaker").create_model(**model)
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    elsewhere = iam.role("passes-elsewhere", create, allow("iam:PassRole", passed, **to_lambda))
    with pytest.raises(ClientError, match="not authorized to perform: iam:PassRole"):
        iam.session(elsewhere, "sagemaker").create_model(**model)
    right = iam.role("passes", create, allow("iam:PassRole", passed, **to_sagemaker))
    assert iam.session(right, "sagemaker").create_model(**model)["ModelArn"].endswith("model/passing")


def test_a_training_jobs_limits_are_conditions(iam: Iam) -> None:
    jobs = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:training-job/*"
    limits = {
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": ["ml.m5.large"]},
        "NumericLessThanEquals": {"sagemaker:MaxRuntimeInSeconds": "3600"},
        "Bool": {"sagemaker:NetworkIsolation": "true"},
    }
    role = iam.role("trainer", allow("sagemaker:CreateTrainingJob", jobs, **limits), allow("iam:PassRole"))
    sagemaker = iam.session(role, "sagemaker")
    request: dict[str, Any] = {
        "TrainingJobName": "limited",
        "RoleArn": role,
        "AlgorithmSpecification": {"TrainingImage": "none", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "EnableNetworkIsolation": True,
    }
    for changed in (
        {"ResourceConfig": {**request["ResourceConfig"], "InstanceType": "ml.p4d.24xlarge"}},
        {"StoppingCondition": {"MaxRuntimeInSeconds": 3601}},
        {"EnableNetworkIsolation": False},
    ):
        with pytest.raises(ClientError, match="not authorized to perform: sagemaker:CreateTrainingJob"):
            sagemaker.create_training_job(**{**request, **changed})
    with pytest.raises(ClientError, match="Could not assume role"):  # It may, but does not trust SageMaker.
        sagemaker.create_training_job(**request)


def test_policies_are_read_once_not_at_every_call(iam: Iam) -> None:
    s3 = iam.session(iam.role("measured", allow("s3:GetObject", f"{BUCKET}/*")), "s3")
    s3.get_object(Bucket="data", Key="in/ratings")
    before = parse.cache_info()
    for _ in range(5):
        s3.get_object(Bucket="data", Key="in/ratings")
    after = parse.cache_info()
    assert (after.misses, after.hits >= before.hits + 5) == (before.misses, True)
