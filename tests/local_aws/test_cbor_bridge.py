"""botocore's own CBOR client, which botocore does not choose by itself yet, against the local AWS.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.model import ServiceModel

from local_aws.server import LocalAws


@pytest.fixture
def client(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``client("codebuild")`` speaks CBOR and nothing else."""
    monkeypatch.setattr(ServiceModel, "resolved_protocol", "smithy-rpc-v2-cbor")

    def speaking_cbor(service: str) -> Any:
        made = boto3.client(
            service,
            endpoint_url=aws.runtime.endpoint_url,
            region_name="eu-west-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

        def check(params: dict[str, Any], **_: Any) -> None:
            assert params["headers"]["smithy-protocol"] == "rpc-v2-cbor"

        made.meta.events.register(f"before-call.{made.meta.service_model.service_id.hyphenize()}", check)
        return made

    return speaking_cbor


def test_times_and_numbers_arrive_as_what_they_are(client: Any) -> None:
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="cbor",
        Namespace="N",
        MetricName="M",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=2,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    alarm = cloudwatch.describe_alarms(AlarmNames=["cbor"])["MetricAlarms"][0]
    assert alarm["Threshold"] == 1.0
    assert isinstance(alarm["Threshold"], float)
    assert isinstance(alarm["EvaluationPeriods"], int)
    assert isinstance(alarm["StateUpdatedTimestamp"], datetime)


def test_times_are_sent_as_what_they_are(client: Any) -> None:
    cloudwatch = client("cloudwatch")
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    cloudwatch.put_metric_data(
        Namespace="N", MetricData=[{"MetricName": "M", "Value": 2.5, "Timestamp": moment}]
    )
    points = cloudwatch.get_metric_statistics(
        Namespace="N",
        MetricName="M",
        StartTime=moment,
        EndTime=datetime(2026, 1, 2, 4, tzinfo=UTC),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert [(point["Timestamp"], point["Sum"]) for point in points] == [(moment, 2.5)]


def test_what_engines_answer_speaks_it_too(client: Any) -> None:
    connections = client("codeconnections")
    arn = connections.create_connection(ConnectionName="cbor", ProviderType="GitHub")["ConnectionArn"]
    assert connections.get_connection(ConnectionArn=arn)["Connection"]["ConnectionStatus"] == "AVAILABLE"
    codebuild = client("codebuild")
    codebuild.create_project(
        name="cbor",
        source={"type": "NO_SOURCE", "buildspec": json.dumps({"version": 0.2})},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole="arn:aws:iam::123456789012:role/build",
    )
    assert isinstance(codebuild.batch_get_projects(names=["cbor"])["projects"][0]["created"], datetime)


def test_errors_have_their_class(client: Any) -> None:
    codepipeline = client("codepipeline")
    with pytest.raises(codepipeline.exceptions.PipelineNotFoundException, match="missing"):
        codepipeline.get_pipeline(name="missing")
    connections = client("codeconnections")
    with pytest.raises(connections.exceptions.ResourceNotFoundException):
        connections.get_connection(ConnectionArn="missing")


def test_an_operation_nobody_implements_is_refused_by_name(client: Any) -> None:
    codepipeline = client("codepipeline")
    with pytest.raises(codepipeline.exceptions.ClientError, match="codepipeline:ListRuleTypes"):
        codepipeline.list_rule_types()
