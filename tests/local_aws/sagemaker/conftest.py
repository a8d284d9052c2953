"""A test image whose processes do what they are told, and short ways to train and serve it."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from local_aws.images.image import Image, Metric
from local_aws.sagemaker.registry import Registry
from local_aws.server import LocalAws

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
BUCKET = "sagemaker-tests"

Train = Callable[..., dict[str, Any]]
Deploy = Callable[..., str]
Serve = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module", autouse=True)
def images(aws: LocalAws) -> None:
    """``probe``, and ``probes`` which trains on several hosts."""
    metrics = (Metric("quality", r"quality=(\S+)"),)
    here = Path(__file__).parent
    train, serve = ("python", str(here / "probe_train.py")), ("python", str(here / "probe_serve.py"))
    aws.runtime.engine(Registry).add(
        Image("probe", train, serve, metrics), Image("probes", train, None, metrics, distributed=True)
    )


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


@pytest.fixture(scope="module")
def train_script(s3: Any, train: Train) -> Train:
    """Run ``script`` in an image's script mode; what Describe says then."""

    def run(
        name: str,
        image: str,
        script: str,
        *,
        files: Mapping[str, bytes | str] | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
        metrics: Sequence[dict[str, str]] = (),
        **overrides: Any,
    ) -> dict[str, Any]:
        submitted = put_archive(s3, f"{name}/sourcedir.tar.gz", {"script.py": script, **(files or {})})
        given = {"sagemaker_program": "script.py", "sagemaker_submit_directory": submitted}
        algorithm = {"TrainingImage": image, "TrainingInputMode": "File", "MetricDefinitions": list(metrics)}
        request = {
            "AlgorithmSpecification": algorithm,
            "HyperParameters": {
                key: json.dumps(value) for key, value in {**given, **(hyperparameters or {})}.items()
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        }
        return train(name, **{**request, **overrides})

    return run


@pytest.fixture(scope="module")
def serve(sagemaker: Any) -> Serve:
    """An endpoint of a model's archive; what Describe says once it is in service or has failed."""

    def deploy(name: str, image: str, url: str, environment: Mapping[str, str] | None = None) -> Any:
        container = {"Image": image, "ModelDataUrl": url, "Environment": dict(environment or {})}
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant(name)])
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        waiter = sagemaker.get_waiter("endpoint_in_service")
        with contextlib.suppress(WaiterError):  # a failed endpoint is what some tests want
            waiter.wait(EndpointName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 3000})
        return sagemaker.describe_endpoint(EndpointName=name)

    return deploy


def unpacked(s3: Any, uri: str) -> dict[str, Any]:
    """The JSON files in an archive."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as tar:
        return {
            item.name: json.loads(file.read()) for item in tar if (file := tar.extractfile(item)) is not None
        }


def put_archive(s3: Any, key: str, files: Mapping[str, bytes | str], bucket: str = BUCKET) -> str:
    """A ``tar.gz`` of these files; its URL."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, given in files.items():
            content = given.encode() if isinstance(given, str) else given
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    s3.put_object(Bucket=bucket, Key=key, Body=packed.getvalue())
    return f"s3://{bucket}/{key}"


def put_model(s3: Any, name: str) -> str:
    """A ``model.tar.gz`` that holds one file ``name``; its URL."""
    return put_archive(s3, f"models/{name}/model.tar.gz", {name: "a model"})


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
