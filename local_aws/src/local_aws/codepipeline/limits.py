"""How long an action may take."""

from __future__ import annotations

from local_aws.codepipeline.declaration import Action


class Limits:
    """How long actions may take; ``seconds_per_minute`` scales all of it.

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
    """

    def __init__(self) -> None:
        self.seconds_per_minute = 60.0
        self.approval_minutes = 7 * 24 * 60
        self.action_minutes = 8 * 60

    def seconds(self, action: Action) -> float:
        """The time limit of an action."""
        usual = self.approval_minutes if action.type_id["category"] == "Approval" else self.action_minutes
        return (action.timeout_minutes or usual) * self.seconds_per_minute
