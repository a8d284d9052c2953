"""Whether somebody hears of waiting approvals and failures.

https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from mlops.doctor.finding import Finding, fault, later, ok
from mlops.doctor.set_up import SetUp

SUBJECT = "e-mail"
# What SNS lists in place of the ARN until the receiver has followed the link in its e-mail.
_PENDING = "PendingConfirmation"


def look(set_up: SetUp) -> Iterator[Finding]:
    """The subscription of the approver's address to each example's topic."""
    email, sns = set_up.project.approval.email, set_up.client("sns")
    for example in set_up.examples:
        name, topic = example.example.name, example.names.notification_topic_arn
        subject = f"{SUBJECT} {name}"
        try:
            pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
            found = [each for page in pages for each in page["Subscriptions"] if each["Endpoint"] == email]
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NotFound", "NotFoundException"):
                raise
            yield later(subject, "its topic is not deployed yet", f"cdktf deploy {name}-init {name}-pipeline")
            continue
        again = f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {email}"
        if not found:
            yield fault(subject, f"{email} is not subscribed", again)
        elif all(each["SubscriptionArn"] == _PENDING for each in found):
            said = f"{email} has not confirmed: nobody hears of a waiting approval"
            yield fault(subject, said, f"follow the link in the e-mail of AWS Notifications; again: {again}")
        else:
            yield ok(subject, f"{email} has confirmed")
