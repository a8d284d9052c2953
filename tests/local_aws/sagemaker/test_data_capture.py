"""Captured invocations, as they lie in S3."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from .conftest import BUCKET, Deploy


def captured(s3: Any, prefix: str) -> list[dict[str, Any]]:
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    texts = [s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read().decode() for item in found]
    assert all(
        re.fullmatch(
            rf"{prefix}/[^/]+/AllTraffic/\d{{4}}/\d\d/\d\d/\d\d/\d\d-\d\d-\d{{3}}-[\w-]+\.jsonl", item["Key"]
        )
        for item in found
    )
    return [json.loads(line) for text in texts for line in text.splitlines()]


def config(prefix: str, **overrides: Any) -> dict[str, Any]:
    return {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{BUCKET}/{prefix}",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "JsonContentTypes": ["application/json"],
            "CsvContentTypes": ["text/csv"],
        },
        **overrides,
    }


def test_requests_and_replies_are_captured(
    sagemaker: Any, s3: Any, deploy: Deploy, invoke: Callable[..., Any]
) -> None:
    deploy("captured", DataCaptureConfig=config("capture"))
    shown = sagemaker.describe_endpoint(EndpointName="captured")["DataCaptureConfig"]
    assert shown["CaptureStatus"] == "Started"
    assert shown["CurrentSamplingPercentage"] == 100
    invoke("captured", b'{"a": 1}', ContentType="application/json", CustomAttributes="run=7")
    invoke("captured", b"1,2", ContentType="text/csv")
    invoke("captured", b"\x00\xff", ContentType="application/octet-stream")
    sagemaker.delete_endpoint(EndpointName="captured")

    first, second, third = sorted(captured(s3, "capture"), key=lambda line: -len(str(line)))
    assert first["captureData"]["endpointInput"] == {
        "observedContentType": "application/json",
        "mode": "INPUT",
        "data": '{"a": 1}',
        "encoding": "JSON",
    }
    assert first["captureData"]["endpointOutput"]["mode"] == "OUTPUT"
    assert first["eventMetadata"]["customAttributes"] == ["run=7"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["eventMetadata"]["inferenceTime"])
    assert first["eventVersion"] == "0"
    others = [line["captureData"]["endpointInput"] for line in (second, third)]
    assert {(item["encoding"], item["data"]) for item in others} == {
        ("CSV", "1,2"),
        ("BASE64", base64.b64encode(b"\x00\xff").decode()),
    }


def test_one_side_alone_is_captured(
    sagemaker: Any, s3: Any, deploy: Deploy, invoke: Callable[..., Any]
) -> None:
    deploy("input-only", DataCaptureConfig=config("inputs", CaptureOptions=[{"CaptureMode": "Input"}]))
    invoke("input-only", b"{}", ContentType="application/json")
    sagemaker.delete_endpoint(EndpointName="input-only")
    (line,) = captured(s3, "inputs")
    assert list(line["captureData"]) == ["endpointInput"]


def test_nothing_is_captured_at_zero_percent_or_when_it_is_off(
    sagemaker: Any, s3: Any, deploy: Deploy, invoke: Callable[..., Any]
) -> None:
    deploy("none", DataCaptureConfig=config("none", InitialSamplingPercentage=0))
    deploy("off", DataCaptureConfig=config("off", EnableCapture=False))
    assert sagemaker.describe_endpoint(EndpointName="off")["DataCaptureConfig"]["CaptureStatus"] == "Stopped"
    for name in ("none", "off"):
        invoke(name, b"{}", ContentType="application/json")
        sagemaker.delete_endpoint(EndpointName=name)
        assert captured(s3, name) == []


def test_a_bucket_that_is_gone_does_not_disturb_the_replies(
    sagemaker: Any, deploy: Deploy, invoke: Callable[..., Any]
) -> None:
    deploy("lost", DataCaptureConfig=config("x", DestinationS3Uri="s3://no-such-bucket/capture"))
    assert invoke("lost", b"{}", ContentType="application/json")["Body"] == b"{}"
    sagemaker.delete_endpoint(EndpointName="lost")
