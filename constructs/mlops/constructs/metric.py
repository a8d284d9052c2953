"""A CloudWatch metric as a value, which alarms are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cdktf import ITerraformDependable
from constructs import Construct

from mlops.constructs import aws

# Any other is an extended one: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


@dataclass(frozen=True, kw_only=True)
class AlarmConfig:
    """When a metric's figure is an alarm, and who hears of it.

    Attributes:
        name: the alarm's, once in an account and region.
        threshold: in the metric's unit.
        evaluation_periods: how many periods in a row must be beyond the threshold.
        missing_data: what a period without a figure counts as.
        action_arns: such as a topic's; ``after`` are resources that must be there first.
    """

    name: str
    description: str
    threshold: float
    comparison: Literal[
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanThreshold",
    ] = "GreaterThanOrEqualToThreshold"
    evaluation_periods: int = 1
    missing_data: Literal["breaching", "ignore", "missing", "notBreaching"] = "notBreaching"
    action_arns: Sequence[str] = ()
    after: Sequence[ITerraformDependable] = ()


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One figure for each ``period_seconds``; ``statistic`` as CloudWatch has it, such as ``Sum`` or ``p99``.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    period_seconds: int = 60

    def create_alarm(
        self, scope: Construct, id_: str, config: AlarmConfig
    ) -> aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm:
        """An alarm on the figure, in ``scope``."""
        simple = self.statistic in _STATISTICS
        return aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
            scope,
            id_,
            alarm_name=config.name,
            alarm_description=config.description,
            namespace=self.namespace,
            metric_name=self.name,
            dimensions=dict(self.dimensions),
            statistic=self.statistic if simple else None,
            extended_statistic=None if simple else self.statistic,
            period=self.period_seconds,
            comparison_operator=config.comparison,
            threshold=config.threshold,
            evaluation_periods=config.evaluation_periods,
            treat_missing_data=config.missing_data,
            alarm_actions=list(config.action_arns) or None,
            depends_on=list(config.after) or None,
        )
