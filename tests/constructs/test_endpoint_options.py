"""What an endpoint's options add to its stack, and to the rights of the builds and of its own role."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cdktf import TerraformStack

from mlops.constructs.model_endpoint import ModelEndpoint
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import Names
from mlops.spec.endpoint import Endpoint
from tests.constructs.test_model_endpoint import config

KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
INSTANCES = {"instance_type": "ml.m5.large", "instance_count": 2}
VPC = {"subnet_ids": ["subnet-0aaaaaaa", "subnet-0bbbbbbb"], "security_group_ids": ["sg-0aaaaaaa"]}
NIGHT = {
    "name": "night",
    "cron": "0 20 ? * MON-FRI *",
    "time_zone": "Europe/Berlin",
    "min_instances": 1,
    "max_instances": 1,
}
SCALING = {"min_instances": 2, "max_instances": 4, "target": 600, "schedule": [NIGHT]}
VARIANT = "endpoint/mlops-movielens-prod/variant/AllTraffic"


@pytest.fixture
def made(names: Names, synth: Any) -> Any:
    """The stack of PROD's endpoint with these options."""

    def make(**options: Any) -> Any:
        chosen = config(names, Endpoint(**options))

        def build(stack: TerraformStack) -> None:
            ModelEndpoint(stack, "endpoint", chosen)

        return synth(build)

    return make


def routing(stack: Any) -> Any:
    deployment = stack.one("aws_sagemaker_endpoint")["deployment_config"]
    return deployment["blue_green_update_policy"]["traffic_routing_configuration"]


@pytest.mark.parametrize(
    ("shift", "type_", "size"),
    [("canary", "CANARY", "canary_size"), ("linear", "LINEAR", "linear_step_size")],
)
def test_traffic_is_shifted_in_steps_and_the_alarms_still_roll_back(
    made: Any, shift: str, type_: str, size: str
) -> None:
    stack = made(**INSTANCES, rollout={"shift": shift, "percent": 25, "wait_seconds": 120})
    assert routing(stack) == {
        "type": type_,
        "wait_interval_in_seconds": 120,
        size: {"type": "CAPACITY_PERCENT", "value": 25},
    }
    deployment = stack.one("aws_sagemaker_endpoint")["deployment_config"]
    assert len(deployment["auto_rollback_configuration"]["alarms"]) == 2
    assert deployment["blue_green_update_policy"]["maximum_execution_timeout_in_seconds"] == 3000


def test_instances_follow_the_invocations_within_limits_that_change_by_the_hour(made: Any) -> None:
    stack = made(**INSTANCES, scaling=SCALING)
    target = stack.one("aws_appautoscaling_target")
    assert (target["resource_id"], target["min_capacity"], target["max_capacity"]) == (VARIANT, 2, 4)
    assert [each.partition(".")[0] for each in target["depends_on"]] == ["aws_sagemaker_endpoint"]
    policy = stack.one("aws_appautoscaling_policy")["target_tracking_scaling_policy_configuration"]
    assert policy["target_value"] == 600
    assert policy["predefined_metric_specification"] == {
        "predefined_metric_type": "SageMakerVariantInvocationsPerInstance"
    }
    night = stack.one("aws_appautoscaling_scheduled_action")
    assert (night["schedule"], night["timezone"]) == ("cron(0 20 ? * MON-FRI *)", "Europe/Berlin")
    assert night["scalable_target_action"] == {"min_capacity": "1", "max_capacity": "1"}


def test_a_serverless_endpoint_has_no_instances_no_capture_and_no_key(made: Any) -> None:
    stack = made(serverless={"memory_mb": 2048, "max_concurrency": 5})
    configuration = stack.one("aws_sagemaker_endpoint_configuration")
    (variant,) = configuration["production_variants"]
    assert variant["serverless_config"] == {"memory_size_in_mb": 2048, "max_concurrency": 5}
    assert not {"instance_type", "initial_instance_count"} & set(variant)
    assert not {"kms_key_arn", "data_capture_config", "async_inference_config"} & set(configuration)
    assert "deployment_config" not in stack.one("aws_sagemaker_endpoint")
    assert stack.one("aws_sagemaker_model")["enable_network_isolation"] is False


def test_an_asynchronous_endpoint_keeps_its_answers_encrypted_in_a_folder_of_its_own(
    made: Any, names: Names
) -> None:
    stack = made(**INSTANCES, asynchronous={"max_concurrent_per_instance": 2})
    configuration = stack.one("aws_sagemaker_endpoint_configuration")
    folder = f"s3://{names.models_bucket}/asynchronous/prod"
    assert configuration["async_inference_config"] == {
        "client_config": {"max_concurrent_invocations_per_instance": 2},
        "output_config": {
            "s3_output_path": f"{folder}/answers",
            "s3_failure_path": f"{folder}/failures",
            "kms_key_id": names.bucket_key_arn(names.models_bucket),
        },
    }
    assert "data_capture_config" not in configuration
    alarm = stack.one("aws_cloudwatch_metric_alarm")
    assert (alarm["metric_name"], alarm["dimensions"]) == (
        "InvocationFailures",
        {"EndpointName": "mlops-movielens-prod"},
    )


def test_an_asynchronous_endpoint_sleeps_and_is_woken_by_a_request_that_waits(made: Any) -> None:
    scaling = {"min_instances": 0, "max_instances": 3, "target": 5}
    stack = made(**INSTANCES, asynchronous={}, scaling=scaling)
    follow = stack.one("aws_appautoscaling_policy", policy_type="TargetTrackingScaling")
    metric = follow["target_tracking_scaling_policy_configuration"]["customized_metric_specification"]
    assert metric["metric_name"] == "ApproximateBacklogSizePerInstance"
    assert metric["dimensions"] == [{"name": "EndpointName", "value": "mlops-movielens-prod"}]
    alarm = stack.one("aws_cloudwatch_metric_alarm", metric_name="HasBacklogWithoutCapacity")
    (action,) = alarm["alarm_actions"]
    assert action.startswith("${aws_appautoscaling_policy.endpoint_scaling_wake-up")
    rollback = stack.one("aws_sagemaker_endpoint")["deployment_config"]["auto_rollback_configuration"]
    assert alarm["alarm_name"] not in {each["alarm_name"] for each in rollback["alarms"]}


def test_several_variants_are_one_model_on_fleets_of_their_own_and_each_is_watched(made: Any) -> None:
    small = {"name": "Small", "instance_type": "ml.m5.large", "instance_count": 3, "weight": 9}
    stack = made(variants=[small, {"name": "Large", "instance_type": "ml.c5.xlarge", "instance_count": 2}])
    model = "${aws_sagemaker_model.endpoint_model_"
    first, second = stack.one("aws_sagemaker_endpoint_configuration")["production_variants"]
    assert first["model_name"] == second["model_name"]
    assert first["model_name"].startswith(model)
    del first["model_name"], second["model_name"]
    assert first == {
        "variant_name": "Small",
        "instance_type": "ml.m5.large",
        "initial_instance_count": 3,
        "initial_variant_weight": 9,
    }
    assert (second["variant_name"], second["initial_variant_weight"]) == ("Large", 1)
    alarms = {alarm["alarm_name"]: alarm for alarm in stack.all("aws_cloudwatch_metric_alarm")}
    assert set(alarms) == {
        f"mlops-movielens-prod-{what}-{variant}"
        for what in ("errors", "latency")
        for variant in ("Small", "Large")
    }
    assert alarms["mlops-movielens-prod-latency-Large"]["dimensions"]["VariantName"] == "Large"
    deployment = stack.one("aws_sagemaker_endpoint")["deployment_config"]
    watched = {each["alarm_name"] for each in deployment["auto_rollback_configuration"]["alarms"]}
    assert watched == set(alarms)


def test_containers_are_in_the_users_network_and_still_isolated(made: Any) -> None:
    model = made(**INSTANCES, vpc=VPC).one("aws_sagemaker_model")
    assert model["vpc_config"] == {
        "subnets": VPC["subnet_ids"],
        "security_group_ids": VPC["security_group_ids"],
    }
    assert model["enable_network_isolation"] is True


def test_another_network_makes_another_model_beside_the_old_one(made: Any) -> None:
    other = {**VPC, "security_group_ids": ["sg-0bbbbbbb"]}
    serverless = {"memory_mb": 1024, "max_concurrency": 1}
    stacks = [made(**INSTANCES), made(**INSTANCES, vpc=VPC), made(**INSTANCES, vpc=other)]
    stacks.append(made(serverless=serverless))
    assert len({stack.one("aws_sagemaker_model")["name"] for stack in stacks}) == 4


def test_a_key_of_the_users_encrypts_the_volumes(made: Any, names: Names) -> None:
    configuration = made(**INSTANCES, kms_key_arn=KEY).one("aws_sagemaker_endpoint_configuration")
    assert configuration["kms_key_arn"] == KEY
    assert configuration["data_capture_config"]["kms_key_id"] == names.bucket_key_arn(names.models_bucket)


@pytest.fixture
def granted(options_folder: Path, allowed_in: Any) -> Any:
    """What roles may do where QA is asynchronous, and PROD scales in a VPC with a key of its own."""
    terraform = json.loads((options_folder / "movielens-pipeline" / "cdk.tf.json").read_text())
    return lambda role: allowed_in(terraform, role)


def test_only_the_builds_of_an_endpoint_that_scales_may_scale(granted: Any, names: Names) -> None:
    plan, deploy = granted(names.role("prod-plan")), granted(names.role("prod-deploy"))
    assert {a for a in plan if a.startswith("application-autoscaling:")} == {
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:DescribeScheduledActions",
        "application-autoscaling:ListTagsForResource",
    }
    assert deploy["application-autoscaling:RegisterScalableTarget"] == [
        "arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/*"
    ]
    assert deploy["sagemaker:UpdateEndpointWeightsAndCapacities"] == [
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/mlops-movielens-prod"
    ]
    assert len(deploy["iam:CreateServiceLinkedRole"]) == 1
    qa = granted(names.role("qa-deploy"))
    assert not {action for action in qa if action.startswith(("application-autoscaling:", "iam:Create"))}


def test_a_network_is_open_to_the_role_of_the_endpoints_alone(granted: Any, names: Names) -> None:
    role = granted(names.role("endpoint-execution"))
    ec2 = "arn:aws:ec2:eu-west-1:123456789012"
    assert role["ec2:CreateNetworkInterface"] == [
        f"{ec2}:network-interface/*",
        f"{ec2}:subnet/subnet-0aaaaaaa",
        f"{ec2}:subnet/subnet-0bbbbbbb",
        f"{ec2}:security-group/sg-0aaaaaaa",
    ]
    assert not [a for a in granted(names.role("prod-deploy")) if a.startswith("ec2:")]


def test_an_own_key_is_used_by_what_uses_the_endpoint_that_has_it(granted: Any, names: Names) -> None:
    assert granted(names.role("prod-deploy"))["kms:CreateGrant"] == [KEY]
    assert KEY not in granted(names.role("qa-deploy"))["kms:CreateGrant"]
    assert KEY in granted(names.role("endpoint-execution"))["kms:CreateGrant"]


def test_an_asynchronous_endpoint_reads_inputs_and_writes_answers_of_its_own(
    granted: Any, names: Names
) -> None:
    role = granted(names.role("endpoint-execution"))
    bucket = f"arn:aws:s3:::{names.models_bucket}"
    assert role["s3:GetObject"] == [f"{bucket}/*/model/*", f"{bucket}/asynchronous/qa/inputs/*"]
    assert role["s3:PutObject"] == [
        f"{bucket}/capture/*",
        f"{bucket}/asynchronous/qa/answers/*",
        f"{bucket}/asynchronous/qa/failures/*",
    ]


def test_the_gate_asks_an_asynchronous_endpoint_from_a_folder_of_its_own_and_reads_what_comes_of_it(
    granted: Any, names: Names
) -> None:
    role = granted(names.role("qa-test"))
    folder = f"arn:aws:s3:::{names.models_bucket}/asynchronous/qa"
    assert f"{folder}/inputs/gate/*" in role["s3:PutObject"]
    assert role["s3:DeleteObject"] == [f"{folder}/inputs/gate/*"]
    assert {f"{folder}/answers/*", f"{folder}/failures/*"} <= set(role["s3:GetObject"])
    # PROD's endpoint, which answers at once, is the champion.
    endpoint = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/mlops-movielens"
    assert role["sagemaker:InvokeEndpointAsync"] == [f"{endpoint}-qa"]
    assert role["sagemaker:InvokeEndpoint"] == [f"{endpoint}-prod"]
    other = granted(names.role("prod-test"))
    assert not {"sagemaker:InvokeEndpointAsync", "s3:DeleteObject"} & set(other)


def test_whoever_may_ask_an_asynchronous_endpoint_may_put_inputs_and_get_answers(
    names: Names, synth: Any
) -> None:
    def build(stack: TerraformStack) -> None:
        trust = ServiceRoleConfig(
            name="caller", service="lambda.amazonaws.com", account_id=names.account_id, description="Asks"
        )
        chosen = config(names, Endpoint.model_validate({**INSTANCES, "asynchronous": {}}))
        ModelEndpoint(stack, "endpoint", chosen).grant_invoke(ServiceRole(stack, "role", trust))

    allowed = synth(build).allowed("caller")
    folder = f"arn:aws:s3:::{names.models_bucket}/asynchronous/prod"
    assert allowed["s3:PutObject"] == [f"{folder}/inputs/*"]
    assert allowed["s3:GetObject"] == [f"{folder}/answers/*", f"{folder}/failures/*"]
    assert "sagemaker:InvokeEndpoint" not in allowed
    assert "s3:DeleteObject" not in allowed
