"""Manual approvals: an action that waits for a person's answer.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
"""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.codepipeline.execution import IN_PROGRESS, ActionError, ActionExecution
from local_aws.codepipeline.task import Task
from local_aws.hooks import ServiceError

APPROVED, REJECTED = "Approved", "Rejected"


class Approvals:
    """The approvals that wait, by the id of the action's run."""

    def __init__(self) -> None:
        self._answered = threading.Condition()
        self._answers: dict[str, tuple[str, str]] = {}

    def run(self, task: Task) -> None:
        """Ask, and wait for the answer.

        Raises:
            ActionError: it was refused, or nobody answered in time.
        """
        run = task.run
        run.summary = run.configuration.get("CustomData", "")
        run.entity_url = run.configuration.get("ExternalEntityLink", "")
        token = str(uuid4())
        if run.configuration.get("NotificationArn"):
            _notify(task, run.configuration["NotificationArn"], token)
        run.token = token
        task.pipeline.notify()
        with self._answered:
            while run.id not in self._answers:
                task.check()
                self._answered.wait(0.25)
            status, summary = self._answers.pop(run.id)
        run.summary = summary
        if status == REJECTED:
            raise ActionError("ApprovalRejected", f"Rejected by {run.updated_by}: {summary or 'no comment'}")

    def answer(self, run: ActionExecution, token: str, status: str, summary: str, by: str) -> float:
        """Take a person's answer; the moment it counts from.

        Raises:
            ServiceError: the token is not this approval's, or it has been answered.
        """
        with self._answered:
            if run.token != token or not token:
                raise ServiceError("InvalidApprovalTokenException", "The approval token is not valid")
            if run.status != IN_PROGRESS or run.id in self._answers:
                raise ServiceError("ApprovalAlreadyCompletedException", "The approval has been answered")
            run.updated_by = by
            self._answers[run.id] = (status, summary)
            self._answered.notify_all()
        return time.time()


def _notify(task: Task, topic: str, token: str) -> None:
    """Tell the topic's subscribers, in the words of CodePipeline's own notification."""
    run, pipeline = task.run, task.pipeline
    console = (
        f"https://console.aws.amazon.com/codepipeline/home?region={pipeline.region}#/view/{pipeline.name}"
    )
    expires = datetime.fromtimestamp(run.started + task.seconds, UTC)
    message = {
        "region": pipeline.region,
        "consoleLink": console,
        "approval": {
            "pipelineName": pipeline.name,
            "stageName": run.action.stage,
            "actionName": run.action.name,
            "token": token,
            "expires": expires.strftime("%Y-%m-%dT%H:%MZ"),
            "externalEntityLink": run.entity_url or None,
            "approvalReviewLink": f"{console}/{run.action.stage}/{run.action.name}/approve/{token}",
            "customData": run.summary or None,
        },
    }
    subject = f"APPROVAL NEEDED: AWS CodePipeline {pipeline.name} for action {run.action.name}"
    try:
        sns = task.runtime.client("sns", task.account_region)
        sns.publish(TopicArn=topic, Subject=subject[:100], Message=json.dumps(message))
    except (BotoCoreError, ClientError) as error:
        raise ActionError("ConfigurationError", f"NotificationArn {topic}: {error}") from error
