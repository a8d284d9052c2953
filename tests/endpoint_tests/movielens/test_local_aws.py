"""The gate against a factorization machine that the local AWS really serves."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest

from local_aws.images.factorization_machines.model import Model
from local_aws.server import LocalAws

IMAGE = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1"
ROLE = "arn:aws:iam::123456789012:role/hosting"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def serve(aws: LocalAws, build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Deploys a machine of these linear weights as the build's endpoint."""
    for name, value in aws.runtime.environment().items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()

    def deploy(weights: Any, endpoint: str, **config: Any) -> None:
        machine = Model(
            np.zeros(1, np.float32), weights.astype(np.float32), np.zeros((len(weights), 2), np.float32), True
        )
        machine.save(tmp_path / endpoint)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            tar.add(tmp_path / endpoint, ".")
        s3, sagemaker = session.client("s3"), session.client("sagemaker")
        s3.create_bucket(Bucket=endpoint, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_object(Bucket=endpoint, Key="model.tar.gz", Body=archive.getvalue())
        container = {"Image": IMAGE, "ModelDataUrl": f"s3://{endpoint}/model.tar.gz"}
        model = build.release_as(container["ModelDataUrl"])
        sagemaker.create_model(ModelName=model, PrimaryContainer=container, ExecutionRoleArn=ROLE)
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": model,
            "InstanceType": "ml.t2.medium",
            "InitialInstanceCount": 1,
        }
        config.setdefault("ProductionVariants", [variant])
        sagemaker.create_endpoint_config(EndpointConfigName=endpoint, **config)
        sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=endpoint)
        waiter = {"Delay": 1, "MaxAttempts": 60}
        sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=endpoint, WaiterConfig=waiter)
        monkeypatch.setenv("ENDPOINT_NAME", endpoint)

    return deploy


def test_a_served_factorization_machine_passes_every_check(build: Any, serve: Any, weights: Any) -> None:
    serve(weights, "sound")
    code, report = build.run()
    assert code == 0, build.printed
    judged = [check for check in report["checks"] if check["name"] != "AUC - champion"]
    assert {check["outcome"] for check in judged} == {"pass"}
    assert report["metrics"]["auc"]["model"]["value"] > 0.75
    assert report["endpoint"]["name"] == "sound"


def test_a_served_machine_that_learned_nothing_is_blocked(build: Any, serve: Any, weights: Any) -> None:
    serve(np.random.default_rng(0).permutation(weights), "shuffled")
    code, report = build.run()
    assert code == 1
    failed = {check["name"] for check in report["checks"] if check["outcome"] == "fail"}
    assert {"accuracy", "AUC", "log-loss", "AUC - baseline"} <= failed


def asynchronous(bucket: str) -> dict[str, Any]:
    paths = {"S3OutputPath": f"s3://{bucket}/qa/answers", "S3FailurePath": f"s3://{bucket}/qa/failures"}
    return {"AsyncInferenceConfig": {"OutputConfig": paths}}


def test_an_asynchronous_endpoint_is_judged_by_its_answers_in_s3_but_not_by_its_latency(
    aws: LocalAws, build: Any, serve: Any, weights: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(weights, "queued", **asynchronous("queued"))
    monkeypatch.setenv("CHAMPION_ENDPOINT", "queued")
    code, report = build.run()
    assert code == 0, build.printed
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    assert {name for name, outcome in outcomes.items() if outcome != "pass"} == {
        "latency p50",
        "latency p90",
        "latency p99",
    }
    assert report["champion"]["endpoint"] == "queued"
    left = aws.runtime.client("s3").list_objects_v2(Bucket="queued")["Contents"]
    assert {item["Key"].rpartition("/")[0] for item in left} == {"", "qa/answers", "qa/failures"}


def test_an_asynchronous_endpoint_that_learned_nothing_is_blocked(
    build: Any, serve: Any, weights: Any
) -> None:
    serve(np.random.default_rng(0).permutation(weights), "idle", **asynchronous("idle"))
    code, report = build.run()
    assert code == 1
    failed = {check["name"] for check in report["checks"] if check["outcome"] == "fail"}
    assert {"accuracy", "AUC", "log-loss", "AUC - baseline"} <= failed


def test_an_asynchronous_endpoint_that_does_not_answer_in_time_is_blocked(
    build: Any, serve: Any, weights: Any
) -> None:
    gate = "endpoint_tests/movielens/gate.toml"
    build.replace(gate, "attempts = 2", "attempts = 2\nasynchronous_seconds = 1")
    serve(weights[:-1], "mute", AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://mute/answers"}})
    code, report = build.run()
    assert code == 1
    (failed,) = [check for check in report["checks"] if check["outcome"] == "fail"]
    assert (failed["name"], "no answer in 1 seconds" in failed["reason"]) == ("every row answered", True)
