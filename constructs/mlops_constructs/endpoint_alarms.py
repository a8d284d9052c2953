"""The CloudWatch alarms that roll an endpoint's update back and tell the team."""

from __future__ import annotations

from cdktf import ITerraformDependable
from constructs import Construct

from mlops_constructs import aws
from mlops_spec import Names

# A minute with this many failed invocations.
_ERRORS = 5
# Slower than this for three minutes; ModelLatency is in microseconds.
_LATENCY_P99_MICROSECONDS = 1_000_000


class EndpointAlarms(Construct):
    """Two alarms on an endpoint's variant: server errors, and the model's slowest requests.

    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    """

    def __init__(self, scope: Construct, id_: str, names: Names, environment: str, variant: str) -> None:
        super().__init__(scope, id_)
        endpoint = names.endpoint(environment)

        def alarm(name: str, **options: object) -> aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm:
            return aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
                self,
                name,
                alarm_name=names.endpoint_alarm(environment, name),
                namespace="AWS/SageMaker",
                dimensions={"EndpointName": endpoint, "VariantName": variant},
                period=60,
                # An endpoint that nobody asks has no figures and no fault.
                treat_missing_data="notBreaching",
                alarm_actions=[names.notification_topic_arn],
                **options,  # type: ignore[arg-type]
            )

        errors = alarm(
            "errors",
            alarm_description=f"{endpoint}: at least {_ERRORS} invocations in a minute failed in the server.",
            metric_name="Invocation5XXErrors",
            statistic="Sum",
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=_ERRORS,
            evaluation_periods=1,
        )
        latency = alarm(
            "latency",
            alarm_description=f"{endpoint}: the 99th percentile of the model's latency was over a second.",
            metric_name="ModelLatency",
            extended_statistic="p99",
            comparison_operator="GreaterThanThreshold",
            threshold=_LATENCY_P99_MICROSECONDS,
            evaluation_periods=3,
        )
        self.resources: list[ITerraformDependable] = [errors, latency]
        self.names = [names.endpoint_alarm(environment, name) for name in ("errors", "latency")]
