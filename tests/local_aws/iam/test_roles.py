"""What runs for a user runs in its service role, and only if the role trusts the service."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.iam.access import Access
from local_aws.iam.roles import RoleRefusedError, ServiceRoles
from local_aws.server import LocalAws
from tests.local_aws.codebuild.builds import Builds
from tests.local_aws.codepipeline.pipelines import Pipelines
from tests.local_aws.iam.roles import ACCOUNT, Iam, allow, document, refusal, trust

BUILD = {"Service": "codebuild.amazonaws.com"}
PROJECT = f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/built"
WRITE_LOG = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])


@pytest.fixture(scope="module")
def iam(aws: LocalAws) -> Iam:
    return Iam(aws)


@pytest.fixture(scope="module")
def roles(aws: LocalAws) -> ServiceRoles:
    return aws.runtime.engine(ServiceRoles)


def assume(aws: LocalAws, role: str, source_arn: str = PROJECT) -> Any:
    roles = aws.runtime.engine(ServiceRoles)
    return roles.assume(aws.runtime.account_region, role, BUILD["Service"], "s", source_arn)


def test_a_service_acts_as_a_session_of_its_role(aws: LocalAws, iam: Iam) -> None:
    role = iam.role("plain", AssumeRolePolicyDocument=trust(BUILD))
    identity = aws.runtime.client("sts", assume(aws, role)).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/plain/s"
    assert aws.runtime.environment(assume(aws, role))["AWS_SESSION_TOKEN"]


def test_a_role_that_trusts_another_service_is_refused(aws: LocalAws, iam: Iam) -> None:
    role = iam.role("of-lambda", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
    with pytest.raises(RoleRefusedError, match=f"not authorized to perform: sts:AssumeRole on {role}"):
        assume(aws, role)


@pytest.mark.parametrize(
    ("key", "value", "trusted"),
    [
        ("aws:SourceAccount", ACCOUNT, True),
        ("aws:SourceAccount", "210987654321", False),
        ("aws:SourceArn", PROJECT, True),
        ("aws:SourceArn", PROJECT.replace("built", "other"), False),
    ],
)
def test_a_trust_may_be_for_one_account_or_one_resource(
    aws: LocalAws, iam: Iam, key: str, value: str, trusted: bool
) -> None:
    name = f"narrow-{key.partition(':')[2]}-{trusted}"
    role = iam.role(name, AssumeRolePolicyDocument=trust(BUILD, ArnLike={key: value}))
    if key == "aws:SourceAccount":
        narrow = trust(BUILD, StringEquals={key: value})
        iam.client("iam").update_assume_role_policy(RoleName=name, PolicyDocument=narrow)
    if trusted:
        assert assume(aws, role).credentials is not None
    else:
        with pytest.raises(RoleRefusedError):
            assume(aws, role)


def test_a_role_that_iam_does_not_have_cannot_be_judged(aws: LocalAws, roles: ServiceRoles) -> None:
    account_region = assume(aws, f"arn:aws:iam::{ACCOUNT}:role/none")
    assert account_region == aws.runtime.account_region
    assert roles.refusal(account_region, Access("s3:GetObject", "arn:aws:s3:::b/k")) == ""


@pytest.fixture(scope="module")
def builds(aws: LocalAws) -> Builds:
    return Builds(aws, "unused")


def run_build(builds: Builds, role: str, command: str) -> dict[str, Any]:
    buildspec = f"version: 0.2\nphases:\n  build:\n    commands:\n      - {command}\n"
    return builds.run(buildspec, settings={"serviceRole": role})


WHO = "python -c \"import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])\""


def test_a_builds_commands_have_the_rights_of_its_role(iam: Iam, builds: Builds) -> None:
    role = iam.role("builds", WRITE_LOG, AssumeRolePolicyDocument=trust(BUILD))
    build = run_build(builds, role, WHO)
    assert build["buildStatus"] == "SUCCEEDED"
    uuid = build["id"].rpartition(":")[2]
    assert f"arn:aws:sts::{ACCOUNT}:assumed-role/builds/AWSCodeBuild-{uuid}" in builds.log(build)


def test_a_build_that_may_not_write_its_log_fails_and_says_so(iam: Iam, builds: Builds) -> None:
    build = run_build(builds, iam.role("mute", AssumeRolePolicyDocument=trust(BUILD)), "true")
    assert build["buildStatus"] == "FAILED"
    failed = next(phase for phase in build["phases"] if phase.get("phaseStatus") == "FAILED")
    assert failed["contexts"][0]["statusCode"] == "ACCESS_DENIED"
    assert "not authorized to perform: logs:CreateLogStream" in failed["contexts"][0]["message"]


def test_a_build_of_a_role_that_does_not_trust_codebuild_does_not_start(iam: Iam, builds: Builds) -> None:
    role = iam.role("untrusting")
    with pytest.raises(ClientError) as refused:
        run_build(builds, role, "true")
    assert refusal(refused) == (
        "InvalidInputException",
        400,
        f"CodeBuild is not authorized to perform: sts:AssumeRole on {role}",
    )


def test_a_crawler_of_a_role_that_does_not_trust_glue_does_not_start(aws: LocalAws, iam: Iam) -> None:
    role = iam.role("not-glues")
    glue = aws.runtime.client("glue")
    glue.create_database(DatabaseInput={"Name": "crawled"})
    targets = {"S3Targets": [{"Path": "s3://nowhere/"}]}
    glue.create_crawler(Name="refused", Role=role, DatabaseName="crawled", Targets=targets)
    with pytest.raises(ClientError, match=r"unable to assume provided role .* verify role's TrustPolicy"):
        glue.start_crawler(Name="refused")


def test_athena_reads_with_the_rights_of_who_asks(aws: LocalAws, iam: Iam) -> None:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="queried", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    locate = allow(["s3:GetBucketLocation", "s3:PutObject", "s3:GetObject"], "arn:aws:s3:::queried*")
    workgroup = f"arn:aws:athena:eu-west-1:{ACCOUNT}:workgroup/primary"
    ask = allow(["athena:StartQueryExecution", "athena:GetQueryExecution"], workgroup)

    def run(role: str) -> Any:
        athena = iam.session(role, "athena")
        started = athena.start_query_execution(
            QueryString="SELECT 1", ResultConfiguration={"OutputLocation": "s3://queried/out/"}
        )
        while True:
            found = athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])
            if found["QueryExecution"]["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return found["QueryExecution"]["Status"]
            time.sleep(0.1)

    assert run(iam.role("asks", ask, locate))["State"] == "SUCCEEDED"
    only_locate = allow("s3:GetBucketLocation", "arn:aws:s3:::queried")
    refused = run(iam.role("asks-only", ask, only_locate))
    assert refused["State"] == "FAILED"
    assert "not authorized to perform: s3:PutObject" in refused["StateChangeReason"]
    with pytest.raises(ClientError, match="Unable to verify/create output bucket queried"):
        run(iam.role("asks-blindly", ask))


def test_a_pipelines_actions_need_the_rights_of_its_role(aws: LocalAws, iam: Iam, tmp_path: Path) -> None:
    bucket = "artifacts-of-roles"
    location = {"LocationConstraint": "eu-west-1"}
    aws.runtime.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    pipelines = Pipelines(aws, tmp_path, Builds(aws, bucket))
    pipelines.commit({"README.md": "hello"})
    pipelines.role = iam.role(
        "pipe", AssumeRolePolicyDocument=trust({"Service": "codepipeline.amazonaws.com"})
    )
    pipeline = pipelines.create([pipelines.build("Build", "version: 0.2")])
    connection = f"arn:aws:codeconnections:eu-west-1:{ACCOUNT}:connection/x"
    repository = {"StringEquals": {"codeconnections:FullRepositoryId": pipelines.repository}}
    rights = [
        allow("codeconnections:UseConnection", connection, **repository),
        allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"),
        allow("codebuild:StartBuild", f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/*"),
        allow("codebuild:BatchGetBuilds", f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/*"),
    ]
    for number, right in enumerate(rights):
        pipelines.first(pipeline)
        missing = right["Action"]
        ended = pipelines.run(pipeline)
        assert f"not authorized to perform: {missing}" in ended["statusSummary"]
        granted = document(*rights[: number + 1])
        iam.client("iam").put_role_policy(RoleName="pipe", PolicyName="own", PolicyDocument=granted)
    assert "not authorized" not in pipelines.run(pipeline).get("statusSummary", "")
