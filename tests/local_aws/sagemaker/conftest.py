"""A test image whose processes do what they are told, and short ways to train and serve it."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from local_aws.images.image import Image, Metric
from local_aws.sagemaker import registry
from local_aws.server import LocalAws

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
BUCKET = "sagemaker-tests"

Train = Callable[..., dict[str, Any]]
Deploy = Callable[..., str]


@pytest.fixture(scope="module", autouse=True)
def images() -> Iterator[None]:
    """``probe``, and ``probes`` which trains on several hosts."""
    metrics = (Metric("quality", r"quality=(\S+)"),)
    sys.path.append(str(Path(__file__).parent))
    added = {
        "probe": Image("probe", "probe_train", "probe_serve", metrics),
        "probes": Image("probes", "probe_train", None, metrics, distributed=True),
    }
    registry.known().update(added)
    yield
    for name in added:
        del registry.known()[name]
    sys.path.remove(str(Path(__file__).parent))


@pytest.fixture(scope="module", autouse=True)
def s3(aws: LocalAws) -> Any:
    client = aws.runtime.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


@pytest.fixture(scope="module")
def sagemaker(aws: LocalAws) -> Any:
    return aws.runtime.client("sagemaker")


@pytest.fixture(scope="module")
def invoke(aws: LocalAws) -> Callable[..., Any]:
    runtime = aws.runtime.client("sagemaker-runtime")

    def call(endpoint: str, body: bytes = b"who", **options: Any) -> Any:
        reply = runtime.invoke_endpoint(EndpointName=endpoint, Body=body, **options)
        reply["Body"] = reply["Body"].read()
        return reply

    return call


def job_request(name: str, **overrides: Any) -> dict[str, Any]:
    request = {
        "TrainingJobName": name,
        "HyperParameters": {},
        "AlgorithmSpecification": {"TrainingImage": f"{REGISTRY}/probe:1", "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/output/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    return {**request, **overrides}


def channel(uri: str, **source: str) -> dict[str, Any]:
    given = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated", **source}
    return {"ChannelName": "train", "DataSource": {"S3DataSource": given}}


@pytest.fixture(scope="module")
def train(sagemaker: Any) -> Train:
    """Run a training job to its end; what Describe says then."""

    def run(name: str, **overrides: Any) -> dict[str, Any]:
        sagemaker.create_training_job(**job_request(name, **overrides))
        waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
        with contextlib.suppress(WaiterError):  # a failed job is what some tests want
            waiter.wait(TrainingJobName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 9000})
        return dict(sagemaker.describe_training_job(TrainingJobName=name))

    return run


def unpacked(s3: Any, uri: str) -> dict[str, Any]:
    """The JSON files in an archive."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as tar:
        return {
            item.name: json.loads(file.read()) for item in tar if (file := tar.extractfile(item)) is not None
        }


def put_model(s3: Any, name: str, content: str = "a model") -> str:
    """A ``model.tar.gz`` that holds one file ``name``; its URL."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content.encode()))
    s3.put_object(Bucket=BUCKET, Key=f"models/{name}/model.tar.gz", Body=packed.getvalue())
    return f"s3://{BUCKET}/models/{name}/model.tar.gz"


def variant(model: str, name: str = "AllTraffic", weight: float = 1.0) -> dict[str, Any]:
    return {
        "VariantName": name,
        "ModelName": model,
        "InstanceType": "ml.m7i.large",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": weight,
    }


@pytest.fixture(scope="module")
def configure(sagemaker: Any, s3: Any) -> Deploy:
    """A model and an endpoint configuration of the same name."""

    def create(name: str, environment: dict[str, str] | None = None, **config: Any) -> str:
        container = {
            "Image": f"{REGISTRY}/probe:1",
            "ModelDataUrl": put_model(s3, name),
            "Environment": environment or {},
        }
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
        config.setdefault("ProductionVariants", [variant(name)])
        sagemaker.create_endpoint_config(EndpointConfigName=name, **config)
        return name

    return create


@pytest.fixture(scope="module")
def in_service(sagemaker: Any) -> Callable[[str], dict[str, Any]]:
    """Wait for an endpoint; what Describe says then."""

    def wait(name: str) -> dict[str, Any]:
        waiter = sagemaker.get_waiter("endpoint_in_service")
        waiter.wait(EndpointName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
        return dict(sagemaker.describe_endpoint(EndpointName=name))

    return wait


@pytest.fixture(scope="module")
def deploy(
    sagemaker: Any, configure: Deploy, in_service: Callable[[str], dict[str, Any]]
) -> Callable[..., str]:
    """An endpoint in service, with a model and a configuration of the same name."""

    def create(name: str, environment: dict[str, str] | None = None, **config: Any) -> str:
        configure(name, environment, **config)
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        in_service(name)
        return name

    return create
