"""The SageMaker SDK's own resources (package ``sagemaker-core``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from local_aws.server import LocalAws

from .conftest import BUCKET, REGISTRY, ROLE, channel, put_model


@pytest.fixture
def session(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in aws.runtime.environment().items():
        monkeypatch.setenv(name, value)
    from sagemaker.core.utils.utils import SageMakerClient

    yield boto3.session.Session(region_name="eu-west-1")
    # The SDK keeps the clients of its first session.
    type(SageMakerClient)._instances.clear()


def test_the_sdk_trains_and_serves(session: Any, s3: Any) -> None:
    from sagemaker.core.resources import Endpoint, EndpointConfig, Model, TrainingJob
    from sagemaker.core.shapes import (
        AlgorithmSpecification,
        Channel,
        ContainerDefinition,
        OutputDataConfig,
        ProductionVariant,
        ResourceConfig,
        StoppingCondition,
    )

    s3.put_object(Bucket=BUCKET, Key="sdk/a", Body=b"a")
    given = channel(f"s3://{BUCKET}/sdk/")["DataSource"]["S3DataSource"]
    source = {
        "s3_data_type": given["S3DataType"],
        "s3_uri": given["S3Uri"],
        "s3_data_distribution_type": given["S3DataDistributionType"],
    }
    job = TrainingJob.create(
        training_job_name="sdk",
        hyper_parameters={"say": "quality=1"},
        algorithm_specification=AlgorithmSpecification(
            training_image=f"{REGISTRY}/probe:1", training_input_mode="File"
        ),
        role_arn=ROLE,
        input_data_config=[Channel(channel_name="train", data_source={"s3_data_source": source})],
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{BUCKET}/output"),
        resource_config=ResourceConfig(instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=1),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=60),
        session=session,
        region="eu-west-1",
    )
    job.wait(poll=1)
    job.refresh()
    assert job.training_job_status == "Completed"
    assert job.final_metric_data_list[0].value == 1

    container = ContainerDefinition(image=f"{REGISTRY}/probe:1", model_data_url=put_model(s3, "sdk"))
    Model.create(
        model_name="sdk", execution_role_arn=ROLE, primary_container=container, session=session,
        region="eu-west-1",
    )  # fmt: skip
    EndpointConfig.create(
        endpoint_config_name="sdk",
        production_variants=[
            ProductionVariant(
                variant_name="A", model_name="sdk", instance_type="ml.m5.large", initial_instance_count=1
            )
        ],
        session=session,
        region="eu-west-1",
    )
    endpoint = Endpoint.create(
        endpoint_name="sdk", endpoint_config_name="sdk", session=session, region="eu-west-1"
    )
    endpoint.wait_for_status("InService", poll=1)
    reply = endpoint.invoke(body=b"who", content_type="text/plain")
    assert json.loads(reply.body.read())["model"] == {"sdk": "a model"}
    endpoint.delete()
