"""The topic through which the pipeline speaks to people."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf import ITerraformDependable
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.encryption_key import EncryptionKey
from mlops.constructs.policy import Condition, Principal, Statement, document
from mlops.constructs.role import Role
from mlops.spec import Names


@dataclass(frozen=True, kw_only=True)
class NotificationTopicConfig:
    """``key`` lets EventBridge and CloudWatch use it for SNS."""

    names: Names
    email: str
    key: EncryptionKey


class NotificationTopic(Construct):
    """An encrypted SNS topic with one e-mail subscription, which the receiver confirms once.

    EventBridge rules and CloudWatch alarms of this example may publish to it.
    """

    def __init__(self, scope: Construct, id_: str, config: NotificationTopicConfig) -> None:
        super().__init__(scope, id_)
        names, self._key = config.names, config.key
        self._plain_arn = names.notification_topic_arn
        topic = aws.sns_topic.SnsTopic(
            self, "topic", name=names.notification_topic, kms_master_key_id=config.key.arn
        )
        self.arn = topic.arn
        policy = aws.sns_topic_policy.SnsTopicPolicy(
            self,
            "policy",
            arn=topic.arn,
            policy=document(self, "policy-document", self._publishers(names)),
        )
        subscription = aws.sns_topic_subscription.SnsTopicSubscription(
            self, "email", topic_arn=topic.arn, protocol="email", endpoint=config.email
        )
        self.dependencies: list[ITerraformDependable] = [policy, subscription]

    def grant_publish(self, role: Role) -> None:
        """Let ``role`` publish."""
        publish = Statement("Publish", ("sns:Publish",), (self._plain_arn,))
        encrypt = Statement("Encrypt", ("kms:Decrypt", "kms:GenerateDataKey"), (self._key.arn,))
        role.grant("notify", publish, encrypt)

    def _publishers(self, names: Names) -> list[Statement]:
        def may_publish(sid: str, service: str, source_arn: str) -> Statement:
            return Statement(
                sid,
                ("sns:Publish",),
                (self._plain_arn,),
                (Condition("ArnLike", "aws:SourceArn", (source_arn,)),),
                (Principal("Service", (service,)),),
            )

        return [
            may_publish("Rules", "events.amazonaws.com", names.arn("events", f"rule/{names.prefix}-*")),
            may_publish(
                "Alarms", "cloudwatch.amazonaws.com", names.arn("cloudwatch", f"alarm:{names.prefix}-*")
            ),
        ]
