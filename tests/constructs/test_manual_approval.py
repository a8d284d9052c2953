"""An approval that AWS would refuse is refused when it is made."""

from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from mlops.constructs.manual_approval import ManualApproval
from mlops.constructs.notification_topic import NotificationTopic

TOPIC = create_autospec(NotificationTopic, instance=True)


def test_an_approval_asks_with_its_text_and_link_for_as_long_as_it_is_told() -> None:
    TOPIC.arn = "arn:aws:sns:eu-west-1:123456789012:topic"
    action = ManualApproval(
        topic=TOPIC, text="Go on?", link="#{ProdReview.REVIEW_URL}", timeout_minutes=60
    ).action("Approve", 3)
    assert (action.provider, action.run_order, action.timeout_in_minutes) == ("Manual", 3, 60)
    assert action.configuration == {
        "NotificationArn": TOPIC.arn,
        "CustomData": "Go on?",
        "ExternalEntityLink": "#{ProdReview.REVIEW_URL}",
    }


@pytest.mark.parametrize(
    ("text", "minutes", "told"),
    [
        ("x" * 1001, 60, "1001 characters; AWS takes 1000"),
        ("Go on?", 4, "4 minutes; AWS takes 5 to 86,400"),
        ("Go on?", 86_401, "86401 minutes; AWS takes 5 to 86,400"),
    ],
)
def test_what_aws_would_refuse_is_refused(text: str, minutes: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ManualApproval(topic=TOPIC, text=text, link="", timeout_minutes=minutes)
