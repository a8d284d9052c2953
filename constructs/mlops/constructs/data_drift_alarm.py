"""The alarm that tells people of data drift."""

from __future__ import annotations

from constructs import Construct

from mlops.constructs.metric import AlarmConfig, Metric
from mlops.constructs.notification_topic import NotificationTopic
from mlops.spec import Names
from mlops.spec.monitoring import DRIFT_METRIC


class DataDriftAlarm(Construct):
    """In state ALARM from a run that finds drift until one that finds none.

    Between two runs there are no figures, which change nothing.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """

    def __init__(self, scope: Construct, id_: str, names: Names, topic: NotificationTopic) -> None:
        super().__init__(scope, id_)
        endpoint = names.endpoint("prod")
        metric = Metric(
            namespace=names.metric_namespace,
            name=DRIFT_METRIC,
            dimensions={"Example": names.example, "Environment": "prod"},
            statistic="Maximum",
        )
        config = AlarmConfig(
            name=names.data_drift_alarm,
            description=f"{endpoint}: what it is asked or answers is no longer like its training. "
            "What to do: docs/monitoring.md",
            threshold=1,
            missing_data="ignore",
            action_arns=[topic.arn],
            after=topic.dependencies,
        )
        metric.create_alarm(self, "alarm", config)
