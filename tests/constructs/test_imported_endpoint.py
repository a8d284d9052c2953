"""An endpoint of another stack: grants on it, figures of it and alarms on these."""

from __future__ import annotations

from typing import Any

import pytest
from cdktf import TerraformVariable

from mlops.constructs import AlarmConfig, ImportedEndpoint, ModelEndpoint, ServiceRole, ServiceRoleConfig
from mlops.spec import InvalidInputError

NAME = "mlops-movielens-prod"


def imported(stack: Any, name: str = NAME) -> ImportedEndpoint:
    return ModelEndpoint.from_name(stack, "served", name, account_id="123456789012", region="eu-west-1")


def test_it_makes_no_resource(synth: Any) -> None:
    assert "resource" not in synth(imported).terraform


def test_a_role_may_invoke_it_and_do_nothing_else(synth: Any) -> None:
    def build(stack: Any) -> None:
        role = ServiceRoleConfig(
            name="caller", service="lambda.amazonaws.com", account_id="123456789012", description="Asks"
        )
        imported(stack).grant_invoke(ServiceRole(stack, "caller", role))

    arn = f"arn:aws:sagemaker:eu-west-1:123456789012:endpoint/{NAME}"
    assert synth(build).allowed("caller") == {"sagemaker:InvokeEndpoint": [arn]}


def test_an_alarm_watches_its_only_variant(synth: Any) -> None:
    def build(stack: Any) -> None:
        few = AlarmConfig(
            name="quiet", description="Nobody asks.", threshold=1, comparison="LessThanThreshold"
        )
        imported(stack).metric_invocations().create_alarm(stack, "quiet", few)

    alarm = synth(build).one("aws_cloudwatch_metric_alarm")
    assert alarm["metric_name"] == "Invocations"
    assert alarm["namespace"] == "AWS/SageMaker"
    assert alarm["dimensions"] == {"EndpointName": NAME, "VariantName": "AllTraffic"}
    assert (alarm["statistic"], alarm["period"]) == ("Sum", 60)
    assert alarm["comparison_operator"] == "LessThanThreshold"


def test_a_percentile_is_an_extended_statistic(synth: Any) -> None:
    def build(stack: Any) -> None:
        slow = AlarmConfig(name="slow", description="Half are slow.", threshold=500_000)
        metric = imported(stack).metric_model_latency("second", statistic="p50")
        metric.create_alarm(stack, "slow", slow)

    alarm = synth(build).one("aws_cloudwatch_metric_alarm")
    assert alarm["extended_statistic"] == "p50"
    assert "statistic" not in alarm
    assert alarm["dimensions"]["VariantName"] == "second"


@pytest.mark.parametrize(
    ("figure", "namespace", "name"),
    [
        ("metric_invocation_4xx_errors", "AWS/SageMaker", "Invocation4XXErrors"),
        ("metric_invocation_5xx_errors", "AWS/SageMaker", "Invocation5XXErrors"),
        ("metric_overhead_latency", "AWS/SageMaker", "OverheadLatency"),
        ("metric_cpu_utilization", "/aws/sagemaker/Endpoints", "CPUUtilization"),
        ("metric_memory_utilization", "/aws/sagemaker/Endpoints", "MemoryUtilization"),
    ],
)
def test_a_figure_is_named_as_cloudwatch_names_it(synth: Any, figure: str, namespace: str, name: str) -> None:
    found: list[Any] = []
    synth(lambda stack: found.append(getattr(imported(stack), figure)()))
    assert (found[0].namespace, found[0].name) == (namespace, name)


def test_every_value_that_cannot_be_one_is_reported_at_once(synth: Any) -> None:
    with pytest.raises(InvalidInputError) as error:
        synth(lambda stack: ImportedEndpoint(stack, "served", "a_b", account_id="1", region="Ireland"))
    assert [problem.field for problem in error.value.problems] == ["name", "account_id", "region"]


def test_a_name_that_terraform_computes_is_taken(synth: Any) -> None:
    def build(stack: Any) -> None:
        name = TerraformVariable(stack, "endpoint", type="string").string_value
        alarm = AlarmConfig(name="errors", description="Errors.", threshold=5)
        imported(stack, name).metric_invocation_5xx_errors().create_alarm(stack, "errors", alarm)

    alarm = synth(build).one("aws_cloudwatch_metric_alarm")
    assert alarm["dimensions"]["EndpointName"] == "${var.endpoint}"
