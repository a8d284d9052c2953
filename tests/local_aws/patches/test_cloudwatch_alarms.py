"""Alarms that follow the figures that come in.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.server import LocalAws

ALARM = {
    "AlarmName": "drift",
    "Namespace": "project",
    "MetricName": "DriftedColumns",
    "Dimensions": [{"Name": "Example", "Value": "iris"}],
    "Statistic": "Maximum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}


@pytest.fixture
def inbox(aws: LocalAws) -> tuple[str, Any]:
    """A topic and what it delivers."""
    sns, sqs = aws.runtime.client("sns"), aws.runtime.client("sqs")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, lambda: [
        json.loads(message["Body"]) for message in sqs.receive_message(QueueUrl=queue).get("Messages", [])
    ]


def put(aws: LocalAws, value: float, example: str = "iris") -> None:
    datum = {
        "MetricName": "DriftedColumns",
        "Dimensions": [{"Name": "Example", "Value": example}],
        "Value": value,
    }
    aws.runtime.client("cloudwatch").put_metric_data(Namespace="project", MetricData=[datum])


def state(aws: LocalAws) -> str:
    (alarm,) = aws.runtime.client("cloudwatch").describe_alarms(AlarmNames=["drift"])["MetricAlarms"]
    return str(alarm["StateValue"])


def test_an_alarm_follows_its_own_metric_and_tells_its_topic_once(
    aws: LocalAws, inbox: tuple[str, Any]
) -> None:
    topic, received = inbox
    aws.runtime.client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[topic])
    put(aws, 5, example="movielens")
    before = state(aws)
    put(aws, 0)
    assert (before, state(aws)) == ("OK", "OK")
    assert received() == []
    put(aws, 2)
    put(aws, 3)
    assert state(aws) == "ALARM"
    (told,) = received()
    assert told["Subject"] == "ALARM: drift"
    assert "the threshold 1.0" in told["Message"]
