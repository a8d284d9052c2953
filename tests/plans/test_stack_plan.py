"""What a plan's JSON says, as the real provider wrote it and as Terraform's documentation describes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlops.plans import Action, read_plan
from mlops.spec import InvalidInputError
from tests.plans.recorded import recorded


def plan(**change: Any) -> str:
    """A plan of one change, handmade in the documented format."""
    resource = {"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q"}
    own = {key: change.pop(key) for key in ("action_reason", "previous_address", "deposed") if key in change}
    return json.dumps({"format_version": "1.2", "resource_changes": [{**resource, **own, "change": change}]})


def test_a_plan_without_changes_is_empty() -> None:
    assert recorded("none").empty


def test_additions_are_counted_and_named() -> None:
    found = recorded("additions")
    assert found.count(Action.ADDED) == len(found.changes) == 3
    assert {change.name for change in found.changes} == {"reviewed-0", "reviewed-1", "reviewed-2"}


def test_a_replacement_says_which_attributes_force_it() -> None:
    [change] = recorded("replacement").changes
    assert change.action is Action.REPLACED
    assert [(a.path, a.before, a.after, a.forces_replacement) for a in change.attributes] == [
        ("production_variants[0].initial_instance_count", "1", "2", True),
        ("production_variants[0].instance_type", "ml.m5.large", "ml.m5.xlarge", True),
    ]
    assert change.lost is None


def test_a_destroyed_bucket_is_a_loss() -> None:
    [change] = recorded("destruction").losses
    assert (change.action, change.type, change.name) == (Action.DESTROYED, "aws_s3_bucket", "reviewed-data")
    assert change.lost == "its objects, with every version of them"


def test_a_replaced_queue_is_a_loss_and_a_changed_one_is_not() -> None:
    values = {"before": {"fifo_queue": False}, "after": {"fifo_queue": True}}
    replaced = read_plan("s", plan(actions=["delete", "create"], replace_paths=[["fifo_queue"]], **values))
    assert [change.lost for change in replaced.losses] == ["its messages"]
    assert read_plan("s", plan(actions=["update"], **values)).losses == ()


def test_a_secret_is_never_in_the_summary() -> None:
    found = recorded("secret")
    [change] = found.changes
    assert [attribute.path for attribute in change.attributes] == ["description", "value"]
    assert not {"correct-horse", "battery-staple"} & {a.after for a in change.attributes}
    assert "correct-horse" not in repr(found) + found.text
    assert "battery-staple" not in repr(found) + found.text


def test_what_looks_like_a_secret_is_hidden_though_the_provider_did_not_mark_it() -> None:
    values = {
        "before": {"oauth_token": "a", "token_arn": "x"},
        "after": {"oauth_token": "b", "token_arn": "y"},
    }
    [change] = read_plan("s", plan(actions=["update"], **values)).changes
    assert [(a.path, a.after) for a in change.attributes] == [
        ("oauth_token", "(sensitive value)"),
        ("token_arn", "y"),
    ]


def test_drift_is_what_was_changed_or_deleted_without_terraform() -> None:
    found = recorded("drift")
    assert [(change.action, change.type) for change in found.changes] == [
        (Action.DESTROYED, "aws_s3_bucket"),
        (Action.CHANGED, "aws_iam_role"),
        (Action.CHANGED, "aws_iam_role_policy"),
    ]


@pytest.mark.parametrize(
    ("extra", "action", "address"),
    [
        (
            {"actions": ["no-op"], "previous_address": "aws_sqs_queue.old"},
            Action.MOVED,
            "was aws_sqs_queue.old",
        ),
        ({"actions": ["no-op"], "importing": {"id": "q"}}, Action.IMPORTED, "aws_sqs_queue.q"),
        ({"actions": ["forget"]}, Action.FORGOTTEN, "aws_sqs_queue.q"),
        ({"actions": ["delete"], "deposed": "ab12"}, Action.DESTROYED, "deposed object ab12"),
        ({"actions": ["create", "delete"]}, Action.REPLACED, "aws_sqs_queue.q"),
    ],
)
def test_what_is_not_an_update_is_told_apart(extra: Any, action: Action, address: str) -> None:
    [change] = read_plan("s", plan(before={"name": "q"}, after={"name": "q"}, **extra)).changes
    assert change.action is action
    assert address in change.address


def test_an_output_that_changes_is_a_change() -> None:
    outputs = {"url": {"actions": ["update"]}, "same": {"actions": ["no-op"]}}
    found = read_plan("s", json.dumps({"format_version": "1.2", "output_changes": outputs}))
    assert found.outputs == ("url",)
    assert not found.empty


@pytest.mark.parametrize("text", ['{"format_version": "2.0"}', '{"format_version": 1}', "[]", "no JSON"])
def test_another_format_is_refused_with_what_was_given_and_the_remedy(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"terraform show -json"):
        read_plan("movielens-qa", text)
