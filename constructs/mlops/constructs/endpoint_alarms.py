"""The CloudWatch alarms that roll an endpoint's update back and tell the team."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.endpoint_place import EndpointPlace

# A minute with this many failed invocations.
_ERRORS = 5
# Slower than this for three minutes; ModelLatency is in microseconds.
_LATENCY_P99_MICROSECONDS = 1_000_000


class EndpointAlarms(Construct):
    """Two alarms on each of an endpoint's ``variants``: server errors, and the model's slowest requests.

    Of an asynchronous endpoint, whose requests may take their time, the first only: answers that failed.
    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        place: EndpointPlace,
        *,
        variants: Sequence[str],
        asynchronous: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._place = place
        self.names: list[str] = []
        self.resources: list[ITerraformDependable] = []
        if asynchronous:
            self._errors("errors", place.name, "InvocationFailures", {"EndpointName": place.name})
            return
        for variant in variants:
            # An endpoint's only variant is what its alarms are about.
            suffix = f"-{variant}" if len(variants) > 1 else ""
            subject = f"{place.name}, {variant}" if suffix else place.name
            dimensions = {"EndpointName": place.name, "VariantName": variant}
            self._errors(f"errors{suffix}", subject, "Invocation5XXErrors", dimensions)
            self._latency(f"latency{suffix}", subject, dimensions)

    def _errors(self, name: str, subject: str, metric: str, dimensions: dict[str, str]) -> None:
        self._alarm(
            name,
            alarm_description=f"{subject}: at least {_ERRORS} invocations in a minute failed in the server.",
            metric_name=metric,
            dimensions=dimensions,
            statistic="Sum",
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=_ERRORS,
            evaluation_periods=1,
        )

    def _latency(self, name: str, subject: str, dimensions: dict[str, str]) -> None:
        self._alarm(
            name,
            alarm_description=f"{subject}: the 99th percentile of the model's latency was over a second.",
            metric_name="ModelLatency",
            dimensions=dimensions,
            extended_statistic="p99",
            comparison_operator="GreaterThanThreshold",
            threshold=_LATENCY_P99_MICROSECONDS,
            evaluation_periods=3,
        )

    def _alarm(self, name: str, **options: object) -> None:
        names, environment = self._place.names, self._place.environment
        alarm = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
            self,
            name,
            alarm_name=names.endpoint_alarm(environment, name),
            namespace="AWS/SageMaker",
            period=60,
            # An endpoint that nobody asks has no figures and no fault.
            treat_missing_data="notBreaching",
            alarm_actions=[names.notification_topic_arn],
            **options,  # type: ignore[arg-type]
        )
        self.resources.append(alarm)
        self.names.append(names.endpoint_alarm(environment, name))
