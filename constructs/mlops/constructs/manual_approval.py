"""The pipeline's question to a person, with the evidence to decide on."""

from __future__ import annotations

from dataclasses import dataclass

from mlops.constructs import aws
from mlops.constructs.notification_topic import NotificationTopic

# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ManualApproval.html
_MAX_TEXT = 1000
# https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
_MINUTES = range(5, 86_401)


@dataclass(frozen=True, kw_only=True)
class ManualApproval:
    """``text`` and ``link`` may hold exported variables of earlier actions, as ``#{QaTest.GATE_SUMMARY}``.

    AWS counts the text with its variables filled in. Without an answer it gives up after ``timeout_minutes``,
    5 to 86,400.

    Raises:
        ValueError: AWS would refuse the text or the time.
    """

    topic: NotificationTopic
    text: str
    link: str
    timeout_minutes: int

    def __post_init__(self) -> None:
        if len(self.text) > _MAX_TEXT:
            raise ValueError(f"an approval's text of {len(self.text)} characters; AWS takes {_MAX_TEXT}")
        if self.timeout_minutes not in _MINUTES:
            raise ValueError(f"an approval of {self.timeout_minutes} minutes; AWS takes 5 to 86,400")

    def action(self, name: str, run_order: int) -> aws.codepipeline.CodepipelineStageAction:
        """The approval action; the topic's subscribers get an e-mail when it waits."""
        return aws.codepipeline.CodepipelineStageAction(
            name=name,
            category="Approval",
            owner="AWS",
            provider="Manual",
            version="1",
            run_order=run_order,
            timeout_in_minutes=self.timeout_minutes,
            configuration={
                "NotificationArn": self.topic.arn,
                "CustomData": self.text,
                "ExternalEntityLink": self.link,
            },
        )
