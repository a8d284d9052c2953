"""The CloudWatch alarms that roll an endpoint's update back and tell the team."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable
from constructs import Construct

from mlops.constructs.endpoint_names import EndpointNames
from mlops.constructs.metric import AlarmConfig, Metric

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
        endpoint_names: EndpointNames,
        *,
        variants: Sequence[str],
        asynchronous: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._endpoint_names = endpoint_names
        self.names: list[str] = []
        self.resources: list[ITerraformDependable] = []
        if asynchronous:
            self._errors(
                "errors",
                endpoint_names.name,
                endpoint_names.metric_asynchronous("InvocationFailures", statistic="Sum"),
            )
            return
        for variant in variants:
            # An endpoint's only variant is what its alarms are about.
            suffix = f"-{variant}" if len(variants) > 1 else ""
            subject = f"{endpoint_names.name}, {variant}" if suffix else endpoint_names.name
            self._errors(f"errors{suffix}", subject, endpoint_names.metric_invocation_5xx_errors(variant))
            self._latency(f"latency{suffix}", subject, endpoint_names.metric_model_latency(variant))

    def _errors(self, id_: str, subject: str, metric: Metric) -> None:
        config = AlarmConfig(
            name=self._name(id_),
            description=f"{subject}: at least {_ERRORS} invocations in a minute failed in the server.",
            threshold=_ERRORS,
            # An endpoint that nobody asks has no figures and no fault.
            missing_data="notBreaching",
            action_arns=[self._endpoint_names.names.notification_topic_arn],
        )
        self._add(id_, metric, config)

    def _latency(self, id_: str, subject: str, metric: Metric) -> None:
        config = AlarmConfig(
            name=self._name(id_),
            description=f"{subject}: the 99th percentile of the model's latency was over a second.",
            comparison="GreaterThanThreshold",
            threshold=_LATENCY_P99_MICROSECONDS,
            evaluation_periods=3,
            missing_data="notBreaching",
            action_arns=[self._endpoint_names.names.notification_topic_arn],
        )
        self._add(id_, metric, config)

    def _add(self, id_: str, metric: Metric, config: AlarmConfig) -> None:
        self.resources.append(metric.create_alarm(self, id_, config))
        self.names.append(config.name)

    def _name(self, id_: str) -> str:
        return self._endpoint_names.names.endpoint_alarm(self._endpoint_names.environment, id_)
