"""InvokeEndpointAsync, as boto3 sees it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws

from .conftest import BUCKET, Deploy

Ask = Callable[..., Any]
Answer = Callable[[Any], tuple[str, bytes]]


def asynchronous(most: int = 2, **output: Any) -> dict[str, Any]:
    """An asynchronous endpoint's configuration."""
    paths = {"S3OutputPath": f"s3://{BUCKET}/answers", "S3FailurePath": f"s3://{BUCKET}/failures/"}
    client = {"MaxConcurrentInvocationsPerInstance": most}
    return {"AsyncInferenceConfig": {"ClientConfig": client, "OutputConfig": {**paths, **output}}}


@pytest.fixture(scope="module")
def topics(aws: LocalAws) -> dict[str, str]:
    sns = aws.runtime.client("sns")
    return {name: sns.create_topic(Name=name)["TopicArn"] for name in ("SuccessTopic", "ErrorTopic")}


@pytest.fixture(scope="module", autouse=True)
def endpoint(deploy: Deploy, topics: dict[str, str]) -> str:
    return deploy("waits", **asynchronous(NotificationConfig=topics))


@pytest.fixture(scope="module")
def ask(aws: LocalAws, s3: Any) -> Ask:
    """Put a body into S3 and ask for it."""
    runtime = aws.runtime.client("sagemaker-runtime")

    def call(body: bytes, name: str = "waits", **options: Any) -> Any:
        s3.put_object(Bucket=BUCKET, Key="inputs/request", Body=body)
        location = {"InputLocation": f"s3://{BUCKET}/inputs/request"}
        given = {"ContentType": "text/plain", **({} if "Body" in options else location), **options}
        return runtime.invoke_endpoint_async(EndpointName=name, **given)

    return call


@pytest.fixture(scope="module")
def answer(s3: Any) -> Answer:
    """Wait for what a request ends with: which of its locations, and what is there."""

    def wait(reply: Any) -> tuple[str, bytes]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for which in ("OutputLocation", "FailureLocation"):
                bucket, _, key = reply[which].removeprefix("s3://").partition("/")
                if s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"]:
                    return which, s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            time.sleep(0.02)
        raise AssertionError("neither an answer nor a failure")

    return wait


def test_a_request_is_taken_in_and_its_answer_lies_where_the_reply_says(ask: Ask, answer: Answer) -> None:
    reply = ask(b"a large input", InferenceId="request-1")
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert reply["InferenceId"] == "request-1"
    name = reply["OutputLocation"].removeprefix(f"s3://{BUCKET}/answers/").removesuffix(".out")
    assert reply["FailureLocation"] == f"s3://{BUCKET}/failures/{name}-error.out"
    assert answer(reply) == ("OutputLocation", b"a large input")


def test_a_small_body_may_come_with_the_request(ask: Ask, answer: Answer) -> None:
    assert answer(ask(b"", Body=b"inline")) == ("OutputLocation", b"inline")


def test_the_container_sees_content_type_accept_and_custom_attributes(ask: Ask, answer: Answer) -> None:
    reply = ask(b"who", ContentType="application/x-own", Accept="text/csv", CustomAttributes="trace=1")
    headers = json.loads(answer(reply)[1])["headers"]
    assert (headers["content-type"], headers["accept"]) == ("application/x-own", "text/csv")
    assert headers["x-amzn-sagemaker-custom-attributes"] == "trace=1"


@pytest.mark.parametrize(
    ("body", "left"),
    [(b"refuse", b"The probe refuses."), (b"break", b"ValueError: the probe breaks")],
)
def test_an_error_of_the_container_is_left_in_the_failure_path(
    ask: Ask, answer: Answer, body: bytes, left: bytes
) -> None:
    assert answer(ask(body)) == ("FailureLocation", left)


def test_an_input_that_is_not_there_and_a_slow_answer_are_failures(ask: Ask, answer: Answer) -> None:
    missing = ask(b"", InputLocation=f"s3://{BUCKET}/inputs/nothing")
    slow = ask(b"sleep 5", InvocationTimeoutSeconds=1)
    which, left = answer(missing)
    assert which == "FailureLocation"
    assert b"inputs/nothing" in left
    assert answer(slow)[0] == "FailureLocation"


def test_as_many_requests_are_answered_at_once_as_the_configuration_says(
    s3: Any, deploy: Deploy, ask: Ask, answer: Answer
) -> None:
    deploy("one-by-one", **asynchronous(most=1))
    first, second = ask(b"", "one-by-one", Body=b"sleep 1"), ask(b"", "one-by-one", Body=b"second")
    answer(second)
    s3.head_object(Bucket=BUCKET, Key=first["OutputLocation"].removeprefix(f"s3://{BUCKET}/"))


def test_requests_that_wait_are_answered_before_an_update_ends_the_old_fleet(
    sagemaker: Any, deploy: Deploy, configure: Deploy, ask: Ask, answer: Answer, in_service: Any
) -> None:
    deploy("updated", **asynchronous(most=1))
    waiting = [ask(b"sleep 0.2", "updated") for _ in range(3)]
    sagemaker.update_endpoint(
        EndpointName="updated", EndpointConfigName=configure("updated-to", **asynchronous())
    )
    assert {answer(reply)[0] for reply in waiting} == {"OutputLocation"}
    in_service("updated")
    assert b"updated-to" in answer(ask(b"who", "updated"))[1]


def test_what_a_request_ended_with_is_published(
    aws: LocalAws, topics: dict[str, str], ask: Ask, answer: Answer
) -> None:
    sqs, sns = aws.runtime.client("sqs"), aws.runtime.client("sns")
    queue = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for topic in topics.values():
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    # One after the other, since both put their request where the endpoint is to read it.
    asked = ask(b"fine", InferenceId="good")
    answer(asked)
    answer(ask(b"break", InferenceId="bad"))
    notices: dict[str, Any] = {}
    deadline = time.monotonic() + 30
    while len(notices) < 2 and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            notice = json.loads(json.loads(message["Body"])["Message"])
            notices[notice["inferenceId"]] = notice
    good, bad = notices["good"], notices["bad"]
    assert (good["invocationStatus"], bad["invocationStatus"]) == ("Completed", "Failed")
    assert good["requestParameters"] == {
        "endpointName": "waits",
        "inputLocation": f"s3://{BUCKET}/inputs/request",
    }
    assert good["responseParameters"]["outputLocation"] == asked["OutputLocation"]
    assert bad["failureReason"].startswith("ClientError: Received server error (500) from model.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"InputLocation": "https://bucket/key"}, "is not an S3 location"),
        ({"Body": b"inline", "InputLocation": f"s3://{BUCKET}/inputs/request"}, "Exactly one of"),
        ({"Body": bytes(128_001)}, "more than 128000 bytes"),
        ({"RequestTTLSeconds": 21_601}, "requestttlseconds must be 60 to 21600, not 21601"),
        ({"InvocationTimeoutSeconds": 3601}, "invocationtimeoutseconds must be 1 to 3600, not 3601"),
        ({"name": "nobody"}, "Endpoint nobody of account 123456789012 not found"),
    ],
)
def test_a_wrong_request_is_refused_at_once(aws: LocalAws, options: dict[str, Any], message: str) -> None:
    runtime = aws.runtime.client("sagemaker-runtime")
    name = options.pop("name", "waits")
    given = options if {"Body", "InputLocation"} & set(options) else {**options, "Body": b"{}"}
    with pytest.raises(ClientError, match=f"ValidationError.*{message}"):
        runtime.invoke_endpoint_async(EndpointName=name, **given)


def test_either_kind_of_endpoint_refuses_the_call_for_the_other(
    deploy: Deploy, ask: Ask, invoke: Callable[..., Any]
) -> None:
    with pytest.raises(ClientError, match="waits is asynchronous"):
        invoke("waits")
    with pytest.raises(ClientError, match="not asynchronous"):
        ask(b"fine", deploy("at-once"))
