"""InvokeEndpoint, as boto3 sees it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Deploy, variant

Invoke = Callable[..., Any]


@pytest.fixture(scope="module", autouse=True)
def endpoint(deploy: Deploy) -> str:
    return deploy("echo")


def test_a_body_passes_byte_for_byte(invoke: Invoke) -> None:
    body = bytes(range(256)) * 64
    reply = invoke("echo", body, ContentType="application/x-recordio-protobuf")
    assert reply["Body"] == body
    assert reply["ContentType"] == "application/x-recordio-protobuf"
    assert reply["InvokedProductionVariant"] == "AllTraffic"


def test_the_container_sees_accept_and_custom_attributes(invoke: Invoke) -> None:
    reply = invoke("echo", Accept="application/jsonlines", CustomAttributes="trace=1")
    headers = json.loads(reply["Body"])["headers"]
    assert headers["accept"] == "application/jsonlines"
    assert headers["x-amzn-sagemaker-custom-attributes"] == "trace=1"
    assert reply["CustomAttributes"] == "trace=1"


@pytest.mark.parametrize(("size", "refused"), [(6 * 1024 * 1024, False), (6 * 1024 * 1024 + 1, True)])
def test_a_body_has_at_most_six_megabytes(invoke: Invoke, size: int, refused: bool) -> None:
    if refused:
        with pytest.raises(ClientError, match=r"ValidationError.*exceeded 6291456 bytes"):
            invoke("echo", bytes(size), ContentType="text/plain")
    else:
        assert len(invoke("echo", bytes(size), ContentType="text/plain")["Body"]) == size


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [(b"refuse", 400, "The probe refuses."), (b"break", 500, "ValueError: the probe breaks")],
)
def test_an_error_of_the_container_is_a_model_error(
    invoke: Invoke, body: bytes, status: int, message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        invoke("echo", body, ContentType="text/plain")
    response = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == status
    assert response["OriginalMessage"] == message


def test_a_container_that_dies_is_a_model_error(deploy: Deploy, invoke: Invoke) -> None:
    deploy("mortal")
    for body in (b"die", b"afterwards"):
        with pytest.raises(ClientError, match=r"ModelError.*server error \(500\)"):
            invoke("mortal", body, ContentType="text/plain")


def test_an_endpoint_that_does_not_exist_is_named(invoke: Invoke) -> None:
    with pytest.raises(ClientError, match="Endpoint nobody of account 123456789012 not found"):
        invoke("nobody")


def test_traffic_is_shared_by_weight_or_sent_to_a_variant(
    configure: Deploy, deploy: Deploy, invoke: Invoke
) -> None:
    configure("shared-model")
    variants = [variant("shared-model", "A", 3), variant("shared-model", "B", 1)]
    deploy("shared", ProductionVariants=variants)
    counts = Counter(invoke("shared")["InvokedProductionVariant"] for _ in range(80))
    assert counts["A"] > counts["B"] > 0
    assert invoke("shared", TargetVariant="B")["InvokedProductionVariant"] == "B"
    with pytest.raises(ClientError, match="Variant C not found"):
        invoke("shared", TargetVariant="C")
