"""The built-in algorithm from data in S3 to predictions, through the engines and its image's processes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from recordio import Records, encode

from .conftest import BUCKET, ROLE, Train, channel, variant

IMAGE = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1"
DIM = 20


def pairs() -> Records:
    """A user of 0 to 9 likes an item of 10 to 19 when both are even or both are odd."""
    drawn = random.Random(3)  # noqa: S311
    keys = np.array([(drawn.randrange(10), drawn.randrange(10, 20)) for _ in range(2000)], np.int32)
    labels = (keys.sum(axis=1) % 2 == 0).astype(np.float32)
    return Records.of_rows(keys, labels=labels, dim=DIM)


@pytest.fixture(scope="module")
def endpoint(s3: Any, sagemaker: Any, train: Train, in_service: Callable[[str], Any]) -> str:
    records = pairs()
    for number in range(4):
        part = records.rows(number * 500, number * 500 + 500)
        s3.put_object(Bucket=BUCKET, Key=f"pairs/part-{number}", Body=encode(part))
    data = channel(f"s3://{BUCKET}/pairs/", S3DataDistributionType="ShardedByS3Key")
    job = train(
        "pairs",
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={
            "feature_dim": str(DIM),
            "num_factors": "4",
            "predictor_type": "binary_classifier",
            "epochs": "20",
            "mini_batch_size": "100",
            "bias_lr": "0.003",
            "factors_lr": "0.02",
            "factors_init_sigma": "0.1",
        },
        InputDataConfig=[data, {**data, "ChannelName": "test"}],
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
    )
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    metrics = {item["MetricName"]: item["Value"] for item in job["FinalMetricDataList"]}
    assert metrics["test:binary_classification_accuracy"] > 0.95
    url = job["ModelArtifacts"]["S3ModelArtifacts"]
    container = {"Image": IMAGE, "ModelDataUrl": url}
    sagemaker.create_model(ModelName="pairs", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    sagemaker.create_endpoint_config(EndpointConfigName="pairs", ProductionVariants=[variant("pairs")])
    sagemaker.create_endpoint(EndpointName="pairs", EndpointConfigName="pairs")
    in_service("pairs")
    return "pairs"


def test_it_answers_in_the_format_that_is_accepted(endpoint: str, invoke: Callable[..., Any]) -> None:
    features = {"keys": [2, 14], "shape": [DIM], "values": [1, 1]}
    body = json.dumps({"instances": [{"data": {"features": features}}]}).encode()
    reply = invoke(endpoint, body, ContentType="application/json")
    (prediction,) = json.loads(reply["Body"])["predictions"]
    assert prediction["predicted_label"] == 1
    assert prediction["score"] > 0.7

    asked = Records.of_rows(np.array([[2, 14], [2, 15]]))
    reply = invoke(
        endpoint,
        encode(asked),
        ContentType="application/x-recordio-protobuf",
        Accept="application/jsonlines",
    )
    assert [json.loads(line)["predicted_label"] for line in reply["Body"].splitlines()] == [1, 0]


def test_a_malformed_request_is_a_client_error(endpoint: str, invoke: Callable[..., Any]) -> None:
    with pytest.raises(ClientError, match=r"client error \(400\).*Instance 0 has 1 features"):
        invoke(endpoint, b'{"instances": [{"features": [1]}]}', ContentType="application/json")
    with pytest.raises(ClientError, match=r"client error \(415\).*text/csv"):
        invoke(endpoint, b"1,2", ContentType="text/csv")


def test_wrong_hyperparameters_fail_the_job(train: Train) -> None:
    job = train(
        "wrong",
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={"feature_dim": "x", "epoch": "1"},
    )
    assert job["TrainingJobStatus"] == "Failed"
    for name in ("feature_dim", "num_factors", "predictor_type", "epoch:"):
        assert name in job["FailureReason"]
    assert job["FailureReason"].endswith("exit code: 2")
