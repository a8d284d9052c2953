"""A message to the team when an execution of the pipeline fails."""

from __future__ import annotations

import json
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.notification_topic import NotificationTopic
from mlops.spec import Names

_CONSOLE = "https://{region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/{pipeline}/executions/"


@dataclass(frozen=True, kw_only=True)
class FailureNoticeConfig:
    """``rule`` names the rule on failed executions of ``pipeline``."""

    names: Names
    rule: str
    pipeline: str
    topic: NotificationTopic


class FailureNotice(Construct):
    """An EventBridge rule from a pipeline's failed executions to the topic.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
    """

    def __init__(self, scope: Construct, id_: str, config: FailureNoticeConfig) -> None:
        super().__init__(scope, id_)
        names, pipeline, topic = config.names, config.pipeline, config.topic
        rule = aws.cloudwatch_event_rule.CloudwatchEventRule(
            self,
            "rule",
            name=names.of(config.rule, limit=64),
            description=f"Failed executions of {pipeline}",
            event_pattern=json.dumps(
                {
                    "source": ["aws.codepipeline"],
                    "detail-type": ["CodePipeline Pipeline Execution State Change"],
                    "detail": {"pipeline": [pipeline], "state": ["FAILED"]},
                }
            ),
        )
        console = _CONSOLE.format(region=names.region, pipeline=pipeline)
        aws.cloudwatch_event_target.CloudwatchEventTarget(
            self,
            "target",
            rule=rule.name,
            target_id="topic",
            arn=topic.arn,
            input_transformer={
                "input_paths": {"execution": "$.detail.execution-id"},
                "input_template": json.dumps(
                    f"The pipeline {pipeline} failed. Its log and how to retry: {console}<execution>"
                ),
            },
            depends_on=topic.dependencies,
        )
