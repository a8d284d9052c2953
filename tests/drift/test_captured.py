"""Captured invocations as the capture engine writes them, read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from local_aws.sagemaker.data_capture import DataCapture, Event
from local_aws.server import LocalAws
from mlops.drift.captured import Captures, Window
from mlops.serving.client import INVOKED_BY

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
DAY = Window(NOON - timedelta(hours=24), NOON)


@pytest.fixture
def bucket(aws: LocalAws) -> str:
    name = f"captures-{uuid4()}"
    where = {"LocationConstraint": "eu-west-1"}
    aws.runtime.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return name


def event(body: bytes, moment: datetime, kind: str = "application/json", **options: Any) -> Event:
    given = {"variant": "AllTraffic", "custom_attributes": None, **options}
    return Event(
        request=body,
        request_type=kind,
        reply=b"reply to " + body,
        reply_type="application/json",
        moment=moment,
        **given,
    )


def capture(aws: LocalAws, bucket: str, *events: Event, modes: tuple[str, ...] = ("Input", "Output")) -> None:
    """Let the engine write these, as an endpoint's configuration tells it to."""
    config = {
        "DestinationS3Uri": f"s3://{bucket}/capture/prod",
        "InitialSamplingPercentage": 100,
        "CaptureOptions": [{"CaptureMode": mode} for mode in modes],
        "CaptureContentTypeHeader": {
            "JsonContentTypes": ["application/json"],
            "CsvContentTypes": ["text/csv"],
        },
    }
    engine = DataCapture(aws.runtime, aws.runtime.account_region, "e", config)
    for each in events:
        engine.add(each)
    engine.close()


def captures(aws: LocalAws, bucket: str) -> Captures:
    return Captures(aws.runtime.client("s3"), bucket, "capture/prod/e/")


def test_json_csv_and_any_other_body_come_back_as_they_were(aws: LocalAws, bucket: str) -> None:
    moment = NOON - timedelta(minutes=5)
    capture(
        aws,
        bucket,
        event(b'{"a": 1}', moment),
        event(b"1,2", moment, "text/csv"),
        event(b"\x00\xff", moment, "application/octet-stream"),
    )
    found = captures(aws, bucket).within(DAY)
    assert {(each.request.body, each.request.content_type) for each in found} == {
        (b'{"a": 1}', "application/json"),
        (b"1,2", "text/csv"),
        (b"\x00\xff", "application/octet-stream"),
    }
    assert all(
        each.reply == b"reply to " + each.request.body for each in found if each.request.body != b"\x00\xff"
    )


def test_the_gates_own_requests_are_left_out(aws: LocalAws, bucket: str) -> None:
    moment = NOON - timedelta(minutes=5)
    capture(
        aws,
        bucket,
        event(b"1", moment, custom_attributes=INVOKED_BY),
        event(b"2", moment, custom_attributes="run=7"),
        event(b"3", moment),
    )
    assert {each.request.body for each in captures(aws, bucket).within(DAY)} == {b"2", b"3"}


def test_only_the_window_counts_over_all_variants_and_days(aws: LocalAws, bucket: str) -> None:
    moments = {
        b"too old": NOON - timedelta(hours=24, seconds=2),
        b"oldest": NOON - timedelta(hours=23, minutes=59),
        b"of the night": NOON - timedelta(hours=12, minutes=1),
        b"newest": NOON - timedelta(seconds=1),
        b"too new": NOON + timedelta(minutes=30),
    }
    capture(aws, bucket, *(event(body, moment) for body, moment in moments.items()))
    capture(aws, bucket, event(b"of another variant", NOON - timedelta(hours=1), variant="Canary"))
    found = {each.request.body for each in captures(aws, bucket).within(DAY)}
    assert found == {b"oldest", b"of the night", b"newest", b"of another variant"}


def test_without_captured_answers_there_are_requests_alone(aws: LocalAws, bucket: str) -> None:
    capture(aws, bucket, event(b"1", NOON), modes=("Input",))
    assert [(each.request.body, each.reply) for each in captures(aws, bucket).within(DAY)] == [(b"1", None)]
    capture(aws, bucket, event(b"2", NOON), modes=("Output",))
    assert len(captures(aws, bucket).within(DAY)) == 1


def test_of_a_busy_endpoint_a_sample_of_the_files_is_read_the_same_each_time(
    aws: LocalAws, bucket: str
) -> None:
    s3 = aws.runtime.client("s3")
    line = {"captureData": {"endpointInput": {"data": "1", "encoding": "CSV", "mode": "INPUT"}}}
    for number in range(30):
        metadata = {"inferenceTime": f"2026-01-02T11:00:{number:02}Z"}
        body = json.dumps({**line, "eventMetadata": metadata, "eventVersion": "0"}) + "\n"
        key = f"capture/prod/e/AllTraffic/2026/01/02/11/00-{number:02}-000-{number}.jsonl"
        s3.put_object(Bucket=bucket, Key=key, Body=body * 2)
    first, second = (captures(aws, bucket).within(DAY, most=10) for _ in range(2))
    assert len(first) == 10
    assert first == second
    assert len(captures(aws, bucket).within(DAY)) == 60
