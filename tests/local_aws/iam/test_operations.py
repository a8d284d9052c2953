"""The tables of operations against AWS's own models: botocore's parameters, policy_sentry's actions and ARNs.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
import pytest
from policy_sentry.querying.actions import get_action_data

from local_aws.iam import s3
from local_aws.iam.operations import NONE, PASSED_ROLES, PREFIXES, SERVICES

_MODELS = {"monitoring": "cloudwatch"}
TEMPLATES = [
    (service, operation, template)
    for service, operations in SERVICES.items()
    for operation, templates in operations.items()
    for template in templates
]
# Of directory buckets, tables, annotations and Object Lambda; DeleteObjects is judged key by key.
_OTHER = re.compile(
    r".*(Metadata|Annotation|Directory).*|CreateSession|RenameObject|WriteGet.*|DeleteObjects"
)


@cache
def reference(action: str) -> list[dict[str, Any]]:
    service, _, name = action.partition(":")
    data = get_action_data(service, name)
    return list(data[service]) if data else []


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(_MODELS.get(service, service))


def action(service: str, operation: str) -> str:
    return f"{PREFIXES.get(service, service)}:{operation}"


def has(shape: Any, path: list[str]) -> bool:
    """Whether an input has a member at a path; lists are passed through."""
    while shape.type_name == "list":
        shape = shape.member
    if not path:
        return True
    return (
        shape.type_name == "structure" and path[0] in shape.members and has(shape.members[path[0]], path[1:])
    )


def test_every_parameter_exists() -> None:
    missing = [
        f"{operation}: {field}"
        for service, operation, template in TEMPLATES
        for field in re.findall(r"\{([^}| ]+)", template)
        if not has(model(service).operation_model(operation).input_shape, field.split("."))
    ]
    assert missing == []


def test_every_action_exists() -> None:
    assert [action(*row[:2]) for row in TEMPLATES if not reference(action(*row[:2]))] == []


def test_every_resource_is_of_a_type_that_its_action_has() -> None:
    assert [row for row in TEMPLATES if not of_a_type(*row)] == []


def of_a_type(service: str, operation: str, template: str) -> bool:
    """A template that is a parameter alone may be an ARN of any type."""
    formats = [row["resource_arn_format"] for row in reference(action(service, operation))]
    if template == NONE[0]:
        return "*" in formats
    if re.fullmatch(r"\{\w+(Arn|ARN|arn|Arns)\}|\{arn\}", template):
        return True
    resource = re.sub(r"\{[^}]+ path\}", "/x", template)
    resource = re.sub(r"\{[^}]+\}|\*", "x", resource).removesuffix(":log-stream:")
    ends = [re.sub(r"\$\{[^}]+\}", "x", form.split(":", 5)[-1]) for form in formats]
    return any(resource in (end, f"{end}x") for end in ends)


def test_every_action_of_s3_exists() -> None:
    assert [name for name in s3.ACTIONS.values() if not reference(f"s3:{name}")] == []


def test_every_operation_of_s3_exists() -> None:
    old = {"GetBucketLifecycle", "PutBucketLifecycle"}
    assert set(s3.ACTIONS) - set(model("s3").operation_names) - old == set()


def test_every_operation_of_s3_has_an_action() -> None:
    names = [name for name in model("s3").operation_names if not _OTHER.fullmatch(name)]
    assert [name for name in names if not reference(f"s3:{s3.action_of(name)}")] == []


@pytest.mark.parametrize("call", PASSED_ROLES)
def test_a_passed_role_is_a_parameter(call: tuple[str, str]) -> None:
    service, operation = call
    path, _ = PASSED_ROLES[call]
    assert has(model(service).operation_model(operation).input_shape, path.split("."))
