"""An endpoint kept by the real Terraform with the real AWS provider."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws
from mlops.toolchain import terraform_environment

from .conftest import BUCKET, REGISTRY, ROLE, put_model

KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
NO_CHANGES = 0


def stack(model: str, url: str, environment: dict[str, str]) -> dict[str, Any]:
    """Model, configuration and endpoint the way that no update needs a replacement of the endpoint."""
    config = "aws_sagemaker_endpoint_configuration.this.name"
    container = {"image": f"{REGISTRY}/probe:1", "model_data_url": url, "environment": environment}
    created_first = {"create_before_destroy": True}
    resources = {
        "aws_sagemaker_model": {
            "name": model,
            "execution_role_arn": ROLE,
            "enable_network_isolation": True,
            "primary_container": container,
            "lifecycle": created_first,
        },
        "aws_sagemaker_endpoint_configuration": {
            "name_prefix": "test-",
            "kms_key_arn": KEY,
            "production_variants": {
                "variant_name": "AllTraffic",
                "model_name": "${aws_sagemaker_model.this.name}",
                "instance_type": "ml.m5.large",
                "initial_instance_count": 2,
            },
            "data_capture_config": {
                "enable_capture": True,
                "initial_sampling_percentage": 50,
                "destination_s3_uri": f"s3://{BUCKET}/terraform",
                "kms_key_id": KEY,
                "capture_options": [{"capture_mode": "Input"}, {"capture_mode": "Output"}],
                "capture_content_type_header": {"json_content_types": ["application/json"]},
            },
            "lifecycle": created_first,
        },
        "aws_sagemaker_endpoint": {
            "name": "terraform",
            "endpoint_config_name": f"${{{config}}}",
            "tags": {"model": model},
            "deployment_config": {
                "blue_green_update_policy": {
                    "traffic_routing_configuration": {"type": "ALL_AT_ONCE", "wait_interval_in_seconds": 60},
                    "termination_wait_in_seconds": 0,
                    "maximum_execution_timeout_in_seconds": 1800,
                },
                "auto_rollback_configuration": {"alarms": [{"alarm_name": "errors"}]},
            },
            "lifecycle": {
                "postcondition": {
                    "condition": f"${{self.endpoint_config_name == {config}}}",
                    "error_message": "the endpoint was rolled back",
                }
            },
        },
    }
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0"}}},
        "provider": {
            "aws": {
                "region": "eu-west-1",
                "skip_credentials_validation": True,
                "skip_requesting_account_id": True,
                "skip_metadata_api_check": True,
            }
        },
        "resource": {kind: {"this": body} for kind, body in resources.items()},
    }


class Terraform:
    """Terraform in a folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str], s3: Any) -> None:
        self._folder = folder
        self._environment = environment
        self._s3 = s3

    def write(self, model: str, **environment: str) -> None:
        url = put_model(self._s3, model)
        (self._folder / "main.tf.json").write_text(json.dumps(stack(model, url, environment)))

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", *arguments, "-input=false", "-no-color"]
        return subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )

    def apply(self) -> subprocess.CompletedProcess[str]:
        return self("apply", "-auto-approve")


@pytest.fixture
def terraform(aws: LocalAws, s3: Any, tmp_path: Path) -> Terraform:
    run = Terraform(tmp_path, {**terraform_environment(), **aws.runtime.environment()}, s3)
    run.write("first")
    initialised = run("init")
    assert initialised.returncode == 0, initialised.stderr
    return run


def test_an_endpoint_lives_through_updates_and_a_rollback(
    terraform: Terraform, sagemaker: Any, invoke: Callable[..., Any]
) -> None:
    def served() -> Any:
        return json.loads(invoke("terraform")["Body"])["model"]

    applied = terraform.apply()
    assert applied.returncode == 0, applied.stderr
    assert served() == {"first": "a model"}
    planned = terraform("plan", "-detailed-exitcode")
    assert planned.returncode == NO_CHANGES, planned.stdout

    terraform.write("second")
    applied = terraform.apply()
    assert applied.returncode == 0, applied.stderr
    assert "aws_sagemaker_endpoint.this will be updated in-place" in applied.stdout
    assert served() == {"second": "a model"}
    planned = terraform("plan", "-detailed-exitcode")
    assert planned.returncode == NO_CHANGES, planned.stdout
    assert len(sagemaker.list_endpoint_configs()["EndpointConfigs"]) == 1

    terraform.write("third", PROBE_EXIT="1")
    applied = terraform.apply()
    assert applied.returncode == 1
    assert "the endpoint was rolled back" in applied.stderr
    assert served() == {"second": "a model"}

    terraform.write("fourth")
    applied = terraform.apply()
    assert applied.returncode == 0, applied.stderr
    assert served() == {"fourth": "a model"}

    destroyed = terraform("destroy", "-auto-approve")
    assert destroyed.returncode == 0, destroyed.stderr
    assert sagemaker.list_endpoints()["Endpoints"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_models()["Models"] == []
