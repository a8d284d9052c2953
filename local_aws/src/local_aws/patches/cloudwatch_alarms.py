"""Alarms change their state when a figure comes in, which moto's never do.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from local_aws.account_region import AccountRegion
from local_aws.hooks import Call, Hooks, Params
from local_aws.runtime import Runtime

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Look at the alarms after each PutMetricData, whichever protocol it came by."""

    def put(call: Call, reply: bytes) -> bytes:
        _Alarms(runtime, call.account_region).evaluate()
        return reply

    hooks.transform("monitoring", "PutMetricData", put)


class _Alarms:
    """The alarms of one account and region on one metric with a fixed threshold and a plain statistic."""

    def __init__(self, runtime: Runtime, account_region: AccountRegion) -> None:
        self._cloudwatch = runtime.client("cloudwatch", account_region)
        self._sns = runtime.client("sns", account_region)

    def evaluate(self) -> None:
        """Bring those to ALARM or OK that have figures; the others stay as they are."""
        for page in self._cloudwatch.get_paginator("describe_alarms").paginate():
            for alarm in page["MetricAlarms"]:
                if "MetricName" in alarm and "Statistic" in alarm and "Threshold" in alarm:
                    self._evaluate(alarm)

    def _evaluate(self, alarm: Params) -> None:
        values = self._values(alarm)
        if not values:
            return
        breaches = _COMPARISONS[alarm["ComparisonOperator"]]
        breaching = sum(breaches(value, alarm["Threshold"]) for value in values)
        wanted = alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]
        state = "ALARM" if breaching >= wanted else "OK"
        if state != alarm["StateValue"]:
            reason = f"{breaching} of {len(values)} figures breach the threshold {alarm['Threshold']}"
            self._cloudwatch.set_alarm_state(
                AlarmName=alarm["AlarmName"], StateValue=state, StateReason=reason
            )
            self._act(alarm, state, reason)

    def _values(self, alarm: Params) -> list[Any]:
        now = datetime.now(UTC)
        statistic = alarm["Statistic"]
        found = self._cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=alarm.get("Dimensions", []),
            StartTime=now - timedelta(seconds=alarm["EvaluationPeriods"] * alarm["Period"]),
            EndTime=now + timedelta(seconds=1),
            Period=alarm["Period"],
            Statistics=[statistic],
        )
        return [point[statistic] for point in found["Datapoints"]]

    def _act(self, alarm: Params, state: str, reason: str) -> None:
        """Tell the topics; actions of other kinds are kept without effect."""
        actions = alarm.get("AlarmActions" if state == "ALARM" else "OKActions", [])
        if not alarm.get("ActionsEnabled", True):
            return
        for topic in actions:
            if topic.split(":")[2] == "sns":
                self._sns.publish(
                    TopicArn=topic, Subject=f"{state}: {alarm['AlarmName']}"[:100], Message=reason
                )
