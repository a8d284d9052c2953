"""Rights gained and lost."""

from __future__ import annotations

import json
from typing import Any

from mlops.plans import AccessChange, read_plan
from mlops.plans.policies import rights_of, sentences
from mlops.plans.wording import rights
from tests.plans.recorded import recorded


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: Any, resources: Any = "arn:aws:s3:::b/*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def change(before: str | None, after: str | None) -> AccessChange | None:
    sides = {
        side: {"policy": value} if value else None for side, value in (("before", before), ("after", after))
    }
    resource = {
        "address": "aws_s3_bucket_policy.p",
        "mode": "managed",
        "type": "aws_s3_bucket_policy",
        "change": {"actions": ["update"], **sides},
    }
    found = read_plan("s", json.dumps({"format_version": "1.2", "resource_changes": [resource]}))
    return found.access[0] if found.access else None


def test_a_policy_that_is_known_only_after_the_apply_is_read_from_the_document_that_makes_it() -> None:
    role, attachment = recorded("widening").access
    assert rights(role) == [
        ("+", "Allow kms:* on (known after apply)   <-- SWEEPING"),
        ("+", "Allow s3:DeleteObject on arn:aws:s3:::reviewed-data/*"),
        ("-", "Allow kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/old"),
    ]
    everything = "Attach arn:aws:iam::aws:policy/AdministratorAccess to role reviewed-training"
    assert rights(attachment) == [("+", f"{everything}   <-- SWEEPING")]


def test_the_same_rights_written_otherwise_are_no_change() -> None:
    one = policy(allow(["s3:GetObject", "s3:PutObject"]))
    other = policy(allow("s3:PutObject", ["arn:aws:s3:::b/*"]), allow(["s3:GetObject"], Sid="Read"))
    assert change(one, other) is None


def test_a_condition_taken_away_widens() -> None:
    narrow = allow("s3:GetObject", Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}})
    found = change(policy(narrow), policy(allow("s3:GetObject")))
    assert found is not None
    assert found.widens
    assert [line for _, line in rights(found)] == [
        "Allow s3:GetObject on arn:aws:s3:::b/*",
        "Allow s3:GetObject on arn:aws:s3:::b/* if StringEquals aws:SourceAccount 123456789012",
    ]


def test_a_denial_taken_away_widens_and_one_added_does_not() -> None:
    denied = policy(allow("s3:GetObject"), {**allow("s3:DeleteObject"), "Effect": "Deny"})
    free = policy(allow("s3:GetObject"))
    taken, added = change(denied, free), change(free, denied)
    assert taken is not None
    assert added is not None
    assert taken.widens
    assert not added.widens


def test_everyone_everything_and_all_but_something_are_sweeping() -> None:
    everyone = allow("s3:GetObject", Principal="*")
    anyone = allow("s3:GetObject", Principal={"AWS": "*"})
    but = {"Effect": "Allow", "NotAction": ["iam:PassRole"], "Resource": "arn:aws:s3:::b"}
    for statement in (everyone, anyone, but, allow("s3:Get*"), allow("ecr:GetAuthorizationToken", "*")):
        found = change(policy(), policy(statement))
        assert found is not None
        assert len(found.sweeping) == 1, statement
    harmless = change(policy(), policy(allow("s3:GetObject", Principal={"AWS": "arn:aws:iam::1:role/r"})))
    assert harmless is not None
    assert not harmless.sweeping


def test_rights_on_one_resource_are_one_sentence() -> None:
    read = rights_of(
        policy(allow(["s3:PutObject", "s3:GetObject"], Principal={"Service": "x.amazonaws.com"}))
    )
    [sentence] = sentences(read)
    assert sentence == "Allow s3:GetObject, s3:PutObject on arn:aws:s3:::b/* for Service x.amazonaws.com"


def test_what_is_no_policy_has_no_rights() -> None:
    for value in (None, 3, "text", '"Statement"', '{"Statement": ["odd"]}'):
        assert rights_of(value) == frozenset()
