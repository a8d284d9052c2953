"""The endpoint: names, rollback, encryption, and what is refused before anything is made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mlops.constructs.model_endpoint import ModelEndpoint, ModelEndpointConfig
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import InvalidInputError, Names, Release
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_options import Scaling
from mlops.spec.release import DataFingerprint, ModelArtifact, TrainingRecord

IMAGE = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1"


def release(names: Names, **model: Any) -> Release:
    artifact = {
        "image": IMAGE,
        "model_data_url": f"s3://{names.models_bucket}/run/model/model.tar.gz",
        **model,
    }
    return Release(
        example="movielens",
        release_id="run-1",
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        commit="a" * 40,
        model=ModelArtifact(**artifact),
        training=TrainingRecord(job_name="job"),
        data=DataFingerprint(sha256="0" * 64, rows=10, held_out_rows=2),
    )


TWO = Endpoint(instance_type="ml.m5.large", instance_count=2)


def config(names: Names, endpoint: Endpoint = TWO, **model: Any) -> ModelEndpointConfig:
    return ModelEndpointConfig(
        names=names, environment="prod", release=release(names, **model), endpoint=endpoint
    )


def test_a_new_model_gets_a_new_name_and_the_endpoint_keeps_its_own(names: Names, synth: Any) -> None:
    first = synth(lambda stack: ModelEndpoint(stack, "endpoint", config(names)))
    url = f"s3://{names.models_bucket}/other/model/model.tar.gz"
    second = synth(lambda stack: ModelEndpoint(stack, "endpoint", config(names, model_data_url=url)))
    assert first.one("aws_sagemaker_model")["name"] != second.one("aws_sagemaker_model")["name"]
    assert first.one("aws_sagemaker_endpoint")["name"] == second.one("aws_sagemaker_endpoint")["name"]


def test_the_same_model_gets_the_same_name(names: Names, synth: Any) -> None:
    def build(stack: Any) -> None:
        ModelEndpoint(stack, "endpoint", config(names))

    assert synth(build).one("aws_sagemaker_model") == synth(build).one("aws_sagemaker_model")


def test_configuration_and_model_are_replaced_before_the_old_ones_go(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: ModelEndpoint(stack, "endpoint", config(names)))
    for kind in ("aws_sagemaker_model", "aws_sagemaker_endpoint_configuration"):
        assert stack.one(kind)["lifecycle"] == {"create_before_destroy": True}
    assert "create_before_destroy" not in stack.one("aws_sagemaker_endpoint")["lifecycle"]
    configuration = stack.one("aws_sagemaker_endpoint_configuration")
    assert "name" not in configuration
    assert len(configuration["name_prefix"]) <= 37


def test_a_silent_rollback_is_an_error(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: ModelEndpoint(stack, "endpoint", config(names)))
    endpoint = stack.one("aws_sagemaker_endpoint")
    configuration = endpoint["endpoint_config_name"].removeprefix("${").removesuffix("}")
    (check,) = endpoint["lifecycle"]["postcondition"]
    assert check["condition"] == f"${{self.endpoint_config_name == {configuration}}}"
    assert "mlops-movielens-prod" in check["error_message"]


def test_its_own_alarms_roll_an_update_back(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: ModelEndpoint(stack, "endpoint", config(names)))
    alarms = stack.all("aws_cloudwatch_metric_alarm")
    endpoint = stack.one("aws_sagemaker_endpoint")
    rollback = endpoint["deployment_config"]["auto_rollback_configuration"]["alarms"]
    assert {alarm["alarm_name"] for alarm in rollback} == {alarm["alarm_name"] for alarm in alarms}
    (variant,) = stack.one("aws_sagemaker_endpoint_configuration")["production_variants"]
    for alarm in alarms:
        assert alarm["dimensions"] == {
            "EndpointName": "mlops-movielens-prod",
            "VariantName": variant["variant_name"],
        }
        assert alarm["treat_missing_data"] == "notBreaching"
        assert alarm["alarm_actions"] == [names.notification_topic_arn]


def test_captured_requests_go_to_the_environments_own_folder(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: ModelEndpoint(stack, "endpoint", config(names)))
    capture = stack.one("aws_sagemaker_endpoint_configuration")["data_capture_config"]
    assert capture["enable_capture"] is True
    assert capture["destination_s3_uri"] == f"s3://{names.models_bucket}/capture/prod"
    assert [option["capture_mode"] for option in capture["capture_options"]] == ["Input", "Output"]


def test_no_capture_is_asked_for_with_zero_percent(names: Names, synth: Any) -> None:
    endpoint = Endpoint(instance_type="ml.m5.large", data_capture_percent=0)
    quiet = ModelEndpointConfig(names=names, environment="prod", release=release(names), endpoint=endpoint)
    stack = synth(lambda stack: ModelEndpoint(stack, "endpoint", quiet))
    capture = stack.one("aws_sagemaker_endpoint_configuration")["data_capture_config"]
    assert capture["enable_capture"] is False
    assert capture["initial_sampling_percentage"] == 0


@pytest.mark.parametrize(
    ("instance_type", "encrypted"),
    [
        ("ml.m5.large", True),
        ("ml.t2.medium", True),
        ("ml.c6i.xlarge", True),
        ("ml.p3.2xlarge", True),
        ("ml.inf1.xlarge", True),
        ("ml.m5d.large", False),
        ("ml.g4dn.xlarge", False),
        ("ml.g5.xlarge", False),
        ("ml.p3dn.24xlarge", False),
        ("ml.p4de.24xlarge", False),
    ],
)
def test_a_volume_key_is_given_only_where_aws_takes_one(
    names: Names, synth: Any, instance_type: str, encrypted: bool
) -> None:
    endpoint = Endpoint(instance_type=instance_type)
    stack = synth(lambda stack: ModelEndpoint(stack, "endpoint", config(names, endpoint)))
    assert ("kms_key_arn" in stack.one("aws_sagemaker_endpoint_configuration")) is encrypted


def test_everything_that_aws_would_refuse_of_a_release_is_said_at_once(names: Names, synth: Any) -> None:
    bad = config(
        names,
        image=IMAGE.replace("eu-west-1", "us-east-1"),
        model_data_url="s3://elsewhere/model.tar.gz",
        environment={"1BAD": "x", "LONG": "x" * 1025},
    )
    with pytest.raises(InvalidInputError) as refused:
        synth(lambda stack: ModelEndpoint(stack, "endpoint", bad))
    assert [problem.field for problem in refused.value.problems] == [
        "model.model_data_url",
        "model.image",
        "model.environment.1BAD",
        "model.environment.LONG",
    ]


def test_what_aws_would_refuse_of_options_is_said_with_what_it_would_refuse_of_the_release(
    names: Names, synth: Any
) -> None:
    endpoint = Endpoint(
        instance_type="ml.t2.medium", scaling=Scaling(min_instances=0, max_instances=1, target=1)
    )
    bad = config(names, endpoint, model_data_url="s3://elsewhere/model.tar.gz")
    with pytest.raises(InvalidInputError) as refused:
        synth(lambda stack: ModelEndpoint(stack, "endpoint", bad))
    assert [problem.field for problem in refused.value.problems] == [
        "model.model_data_url",
        "endpoint.prod.instance_type",
        "endpoint.prod.scaling.min_instances",
    ]


def test_a_release_of_another_example_is_refused(synth: Any) -> None:
    iris = Names("mlops", "iris", "123456789012", "eu-west-1")
    with pytest.raises(InvalidInputError, match="example: given 'movielens'; allowed: 'iris'"):
        synth(lambda stack: ModelEndpoint(stack, "endpoint", config(iris)))


def test_invoking_is_granted_on_this_endpoint_alone(names: Names, synth: Any) -> None:
    def build(stack: Any) -> None:
        role = ServiceRole(
            stack,
            "role",
            ServiceRoleConfig(
                name="caller",
                service="lambda.amazonaws.com",
                account_id=names.account_id,
                description="Calls",
            ),
        )
        ModelEndpoint(stack, "endpoint", config(names)).grant_invoke(role)

    arn = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/mlops-movielens-prod"
    assert synth(build).allowed("caller") == {"sagemaker:InvokeEndpoint": [arn]}
