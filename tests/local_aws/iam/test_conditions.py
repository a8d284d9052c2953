"""Condition operators and policy variables, as IAM's reference defines them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.iam.access import Access
from local_aws.iam.conditions import Condition
from local_aws.iam.policy import parse
from tests.local_aws.iam.roles import allow, deny, document

CONTEXT = {
    "k:text": ("Value",),
    "k:number": ("10",),
    "k:several": ("a", "b"),
    "k:empty": (),
    "k:arn": ("arn:aws:sns:eu-west-1:1:topic",),
    "k:yes": ("true",),
    "k:when": ("2026-05-01T00:00:00Z",),
    "k:address": ("10.0.0.7",),
    "k:user": ("Value",),
}


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "met"),
    [
        ("StringEquals", "k:text", "Value", True),
        ("StringEquals", "K:Text", "Value", True),
        ("StringEquals", "k:text", "value", False),
        ("StringEquals", "k:text", ["other", "Value"], True),
        ("StringEquals", "k:absent", "Value", False),
        ("StringEqualsIfExists", "k:absent", "Value", True),
        ("StringEqualsIfExists", "k:text", "other", False),
        ("StringEqualsIgnoreCase", "k:text", "VALUE", True),
        ("StringNotEquals", "k:text", "Value", False),
        ("StringNotEquals", "k:text", ["other", "Value"], False),
        ("StringNotEquals", "k:absent", "Value", True),
        ("StringLike", "k:text", "V?l*", True),
        ("StringLike", "k:text", "v*", False),
        ("StringNotLike", "k:text", "V*", False),
        ("StringEquals", "k:user", "${k:text}", True),
        ("StringEquals", "k:user", "${k:absent}", False),
        ("StringEquals", "k:user", "${k:absent, 'Value'}", True),
        ("StringLike", "k:text", "${*}", False),
        ("NumericLessThanEquals", "k:number", "10", True),
        ("NumericLessThan", "k:number", "10", False),
        ("NumericGreaterThan", "k:number", 9.5, True),
        ("NumericEquals", "k:text", "10", False),
        ("DateLessThan", "k:when", "2027-01-01T00:00:00Z", True),
        ("DateGreaterThan", "k:when", "2027-01-01", False),
        ("Bool", "k:yes", True, True),
        ("Bool", "k:yes", "false", False),
        ("Bool", "k:absent", "false", False),
        ("Null", "k:absent", "true", True),
        ("Null", "k:text", "true", False),
        ("Null", "k:text", False, True),
        ("IpAddress", "k:address", "10.0.0.0/8", True),
        ("NotIpAddress", "k:address", "10.0.0.0/8", False),
        ("ArnLike", "k:arn", "arn:aws:sns:*:1:top*", True),
        ("ArnLike", "k:arn", "arn:aws:sns:*:*:top", False),
        ("ArnNotEquals", "k:arn", "arn:aws:sns:eu-west-1:1:other", True),
        ("ForAnyValue:StringEquals", "k:several", ["b", "c"], True),
        ("ForAnyValue:StringEquals", "k:absent", "b", False),
        ("ForAllValues:StringEquals", "k:several", ["b", "c"], False),
        ("ForAllValues:StringEquals", "k:several", ["a", "b", "c"], True),
        ("ForAllValues:StringEquals", "k:absent", "a", True),
        ("ForAllValues:StringEquals", "k:empty", "a", True),
        ("ForAnyValue:StringNotEquals", "k:several", "a", True),
        ("ForAllValues:StringNotEquals", "k:several", "a", False),
        ("NoSuchOperator", "k:text", "Value", False),
    ],
)
def test_an_operator_decides_as_documented(operator: str, key: str, wanted: Any, met: bool) -> None:
    (condition,) = Condition.read({operator: {key: wanted}})
    assert condition.is_met(CONTEXT) is met


@pytest.mark.parametrize(
    ("pattern", "resource", "fits"),
    [
        ("*", "arn:aws:s3:::b/k", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/k", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::bb/k", False),
        ("arn:aws:logs:*:1:log-group:g:*", "arn:aws:logs:eu-west-1:1:log-group:g:log-stream:s", True),
        ("arn:aws:logs:*:log-group:g", "arn:aws:logs:eu-west-1:1:log-group:g", False),
        ("arn:aws:s3:::${k:text}/*", "arn:aws:s3:::Value/k", True),
        ("arn:aws:s3:::${k:absent}/*", "arn:aws:s3:::/k", False),
        ("arn:aws:s3:::b/[x].+", "arn:aws:s3:::b/[x].+", True),
    ],
)
def test_a_resource_pattern_fits_as_documented(pattern: str, resource: str, fits: bool) -> None:
    (statement,) = parse(document(allow("a:*", pattern)))
    assert statement.applies(Access("a:Do", resource, CONTEXT)) is fits


def test_actions_are_compared_without_case() -> None:
    (statement,) = parse(document(allow("S3:get*")))
    assert statement.applies(Access("s3:GetObject", "r"))
    assert not statement.applies(Access("s3:PutObject", "r"))


def test_not_action_and_not_resource_mean_all_others() -> None:
    others = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret/*"}
    (statement,) = parse(document(others))
    assert statement.applies(Access("s3:GetObject", "arn:aws:s3:::open/k"))
    assert not statement.applies(Access("s3:GetObject", "arn:aws:s3:::secret/k"))
    assert not statement.applies(Access("iam:GetRole", "arn:aws:s3:::open/k"))


def test_a_denial_may_mean_a_resource_that_is_not_known() -> None:
    (statement,) = parse(document(deny("a:Do", "arn:aws:a:::one")))
    assert statement.applies(Access("a:Do", None))
    (statement,) = parse(document(allow("a:Do", "arn:aws:a:::*")))
    assert not statement.applies(Access("a:Do", None))
