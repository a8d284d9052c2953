"""Endpoints with options, made by the constructs and kept by the real Terraform with the real provider."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cdktf import App, TerraformStack, Testing

import mlops.constructs  # noqa: F401 - seeds the bindings before cdktf is used
from local_aws.server import LocalAws
from mlops.constructs import aws as resources
from mlops.constructs.model_endpoint import ModelEndpoint, ModelEndpointConfig
from mlops.spec import Names, Release
from mlops.spec.endpoint import Endpoint
from mlops.spec.release import DataFingerprint, ModelArtifact, TrainingRecord
from mlops.toolchain import terraform_environment

from .conftest import REGISTRY, put_archive

NAMES = Names("mlops", "movielens", "123456789012", "eu-west-1")
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
LINEAR = {"shift": "linear", "percent": 50, "wait_seconds": 60}
ENDPOINTS: dict[str, dict[str, Any]] = {
    "instances": {
        "instance_type": "ml.m5.large",
        "instance_count": 2,
        "kms_key_arn": KEY,
        "rollout": {"shift": "canary", "percent": 10, "wait_seconds": 60},
        "scaling": {
            "min_instances": 2,
            "max_instances": 4,
            "target": 600,
            "schedule": [
                {"name": "night", "cron": "0 20 * * ? *", "min_instances": 1, "max_instances": 1},
                {"name": "day", "cron": "0 6 * * ? *", "min_instances": 2, "max_instances": 4},
            ],
        },
        "vpc": {"subnet_ids": ["subnet-0aaaaaaa", "subnet-0bbbbbbb"], "security_group_ids": ["sg-0aaaaaaa"]},
    },
    "variants": {
        "variants": [
            {"name": "Small", "instance_type": "ml.m5.large", "weight": 9},
            {"name": "Large", "instance_type": "ml.c5.xlarge", "instance_count": 2},
        ],
    },
    "serverless": {"serverless": {"memory_mb": 2048, "max_concurrency": 5, "provisioned_concurrency": 1}},
    "asynchronous": {
        "instance_type": "ml.m5.large",
        "asynchronous": {"max_concurrent_per_instance": 2},
        "scaling": {"min_instances": 0, "max_instances": 3, "target": 5},
    },
}


def stack(url: str, **changed: Any) -> dict[str, Any]:
    """All endpoints in one stack, as Terraform reads it; ``changed`` is of the one with instances."""
    built = TerraformStack(App(), "options")
    resources.provider.AwsProvider(
        built,
        "aws",
        region="eu-west-1",
        skip_credentials_validation=True,
        skip_requesting_account_id=True,
        skip_metadata_api_check="true",
    )
    built.add_override("terraform.required_providers.aws.version", resources.PROVIDER_VERSIONS)
    release = Release(
        example="movielens",
        release_id="run-1",
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        commit="a" * 40,
        model=ModelArtifact(image=f"{REGISTRY}/probe:1", model_data_url=url),
        training=TrainingRecord(job_name="job"),
        data=DataFingerprint(sha256="0" * 64, rows=10, held_out_rows=2),
    )
    for environment, options in ENDPOINTS.items():
        endpoint = Endpoint(**{**options, **(changed if environment == "instances" else {})})
        ModelEndpoint(
            built,
            environment,
            ModelEndpointConfig(names=NAMES, environment=environment, release=release, endpoint=endpoint),
        )
    return dict(json.loads(Testing.synth(built)))


Run = Callable[..., str]


@pytest.fixture
def model_url(aws: LocalAws) -> Callable[[str], str]:
    s3 = aws.runtime.client("s3")
    bucket = NAMES.models_bucket
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return lambda name: put_archive(s3, f"{name}/model/model.tar.gz", {name: "a model"}, bucket)


@pytest.fixture
def terraform(aws: LocalAws, tmp_path: Path) -> Run:
    environment = {**terraform_environment(), **aws.runtime.environment()}

    def run(*arguments: str, code: int = 0) -> str:
        command = ["terraform", *arguments, "-input=false", "-no-color"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


def test_endpoints_with_every_option_are_applied_do_not_drift_and_are_updated_in_place(
    aws: LocalAws,
    terraform: Run,
    model_url: Callable[[str], str],
    invoke: Callable[..., Any],
    s3: Any,
    tmp_path: Path,
) -> None:
    def write(model: str, **changed: Any) -> None:
        (tmp_path / "main.tf.json").write_text(json.dumps(stack(model_url(model), **changed)))

    def served(environment: str, **target: str) -> Any:
        return json.loads(invoke(NAMES.endpoint(environment), **target)["Body"])["model"]

    def all_serve(model: str) -> bool:
        of_variants = [served("variants", TargetVariant=name) for name in ("Small", "Large")]
        others = [served("instances"), served("serverless"), answered("asynchronous")]
        return all(found == {model: "a model"} for found in (*of_variants, *others))

    def answered(environment: str) -> Any:
        runtime = aws.runtime.client("sagemaker-runtime")
        reply = runtime.invoke_endpoint_async(EndpointName=NAMES.endpoint(environment), Body=b"who")
        key = reply["OutputLocation"].removeprefix(f"s3://{NAMES.models_bucket}/")
        assert key.startswith(NAMES.asynchronous_folder(environment, "answers"))
        waiter = s3.get_waiter("object_exists")
        waiter.wait(Bucket=NAMES.models_bucket, Key=key, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
        return json.loads(s3.get_object(Bucket=NAMES.models_bucket, Key=key)["Body"].read())["model"]

    write("first")
    terraform("init")
    terraform("apply", "-auto-approve")
    assert all_serve("first")
    terraform("plan", "-detailed-exitcode")

    write("second", rollout=LINEAR)
    applied = terraform("apply", "-auto-approve")
    assert all_serve("second")
    updated = re.findall(r"aws_sagemaker_endpoint\.\S+ will be updated in-place", applied)
    assert len(updated) == len(ENDPOINTS)
    assert "aws_appautoscaling" not in re.sub(r"\S+: Refreshing state.*", "", applied)
    targets = aws.runtime.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker"
    )
    limits = {(each["MinCapacity"], each["MaxCapacity"]) for each in targets["ScalableTargets"]}
    assert limits == {(2, 4), (0, 3)}
