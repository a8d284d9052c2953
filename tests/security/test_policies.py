"""Every policy against AWS's service authorization reference, as policy_sentry carries it.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from policy_sentry.querying.actions import get_action_data

from mlops.constructs.policy import UNSCOPED_ACTIONS

# As tests/fixtures/accounts.toml has them.
ACCOUNTS = {"qa": "222222222222", "prod": "333333333333"}
_GLOBAL_CONDITION_KEY = re.compile(r"aws:|iam:PassedToService$")


@cache
def reference(action: str) -> list[dict[str, Any]]:
    """The reference's rows for an action, one for each type of resource; empty for an unknown action."""
    service, _, name = action.partition(":")
    data = get_action_data(service, name)
    return list(data[service]) if data else []


def allowed(statements: list[Any]) -> list[Any]:
    return [statement for statement in statements if statement.effect == "Allow"]


def of_roles(statements: list[Any]) -> list[Any]:
    """The statements of roles' own policies: they name resources and no principals."""
    return [statement for statement in allowed(statements) if not statement.principals]


def test_every_policy_is_a_document_that_can_be_read(inline_policies: list[str]) -> None:
    assert inline_policies == []


def test_no_action_is_a_wildcard(statements: list[Any]) -> None:
    assert [(s.where, a) for s in allowed(statements) for a in s.actions if "*" in a or "?" in a] == []


def test_every_action_exists(statements: list[Any]) -> None:
    assert [(s.where, a) for s in allowed(statements) for a in s.actions if not reference(a)] == []


def test_all_resources_are_allowed_only_where_aws_defines_none(statements: list[Any]) -> None:
    for statement in of_roles(statements):
        if "*" not in statement.resources:
            continue
        for action in statement.actions:
            assert action in UNSCOPED_ACTIONS, statement.where
            formats = {row["resource_arn_format"] for row in reference(action)}
            assert formats == {"*"}, f"{statement.where}: {action} can be narrowed to one of {formats}"


def test_every_exception_is_used_and_has_its_reason(statements: list[Any]) -> None:
    used = {a for s in of_roles(statements) if "*" in s.resources for a in s.actions}
    assert used == set(UNSCOPED_ACTIONS)
    assert all(len(reason) > 20 for reason in UNSCOPED_ACTIONS.values())


def test_every_action_is_allowed_on_a_resource_of_its_own_type(statements: list[Any]) -> None:
    """An action on an ARN of another type is never allowed by AWS, though the policy looks right."""
    for statement in of_roles(statements):
        known = [resource for resource in statement.resources if "${" not in resource]
        if not known or len(known) < len(statement.resources):
            continue  # The ARN of a key is Terraform's to tell.
        for action in statement.actions:
            fits = any(_meet(pattern, resource) for pattern in _patterns(action) for resource in known)
            assert fits, f"{statement.where}: {action} has no resource like {known}"


def test_every_resource_is_of_use_to_an_action_beside_it(statements: list[Any]) -> None:
    for statement in of_roles(statements):
        patterns = [pattern for action in statement.actions for pattern in _patterns(action)]
        for resource in statement.resources:
            fits = "${" in resource or any(_meet(pattern, resource) for pattern in patterns)
            assert fits, f"{statement.where}: no action works on {resource}"


def test_every_condition_key_is_one_that_the_action_knows(statements: list[Any]) -> None:
    """A condition on a key that the request does not carry never holds."""
    for statement in of_roles(statements):
        for key in statement.condition_keys:
            if _GLOBAL_CONDITION_KEY.match(key):
                continue
            for action in statement.actions:
                keys = {_generic(k) for row in reference(action) for k in row["condition_keys"]}
                assert _generic(key) in keys, f"{statement.where}: {action} has no condition key {key}"


def test_a_role_is_passed_by_name_to_one_service(statements: list[Any]) -> None:
    passing = [s for s in of_roles(statements) if "iam:PassRole" in s.actions]
    assert passing
    for statement in passing:
        assert statement.actions == ("iam:PassRole",), statement.where
        assert statement.condition_keys == ("iam:PassedToService",), statement.where
        assert not any("*" in resource for resource in statement.resources), statement.where


def test_no_role_can_change_who_may_do_what(statements: list[Any]) -> None:
    actions = {action for s in of_roles(statements) for action in s.actions}
    iam = {action for action in actions if action.startswith("iam:")}
    # The role that Application Auto Scaling acts through, whose rights are AWS's to say.
    linked = [s for s in of_roles(statements) if "iam:CreateServiceLinkedRole" in s.actions]
    assert all(s.condition_keys == ("iam:AWSServiceName",) for s in linked)
    assert not any(resource.endswith("*") for s in linked for resource in s.resources)
    changing = {action for action in iam if not action.startswith(("iam:Get", "iam:List"))}
    assert changing == {"iam:CreateServiceLinkedRole", "iam:PassRole"}
    assert not actions & {"kms:PutKeyPolicy", "s3:PutBucketPolicy"}


def test_a_role_takes_on_only_the_way_back_or_what_another_account_has_for_it(statements: list[Any]) -> None:
    taken = [s for s in of_roles(statements) if "sts:AssumeRole" in s.actions]
    roles = {resource for statement in taken for resource in statement.resources}
    restoring = {role for role in roles if "-prod-restore-" in role}
    assert {role.split(":")[4] for role in restoring} == {"123456789012"}
    visited = roles - restoring
    assert len(visited) == 7, "Plan, Deploy and Test of two environments, and the champion"
    for role in visited:
        named = re.fullmatch(
            r"arn:aws:iam::(\d+):role/mlops-movielens-(qa|prod)-(plan|deploy|test|champion)-[a-z0-9-]+", role
        )
        assert named
        assert named.group(1) == ACCOUNTS[named.group(2)]


def test_a_service_takes_a_role_only_on_behalf_of_this_account(statements: list[Any]) -> None:
    trusts = [s for s in allowed(statements) if s.actions == ("sts:AssumeRole",) and s.principals]
    services = [s for s in trusts if all(who.endswith(".amazonaws.com") for who in s.principals)]
    assert services
    for statement in services:
        assert {"aws:SourceAccount", "aws:SourceArn"} <= set(statement.condition_keys), statement.where


def test_no_other_trust_names_a_role_too_many(statements: list[Any]) -> None:
    """One visitor each, and the rollback where PROD is deployed and tested; its own are those two builds."""
    trusts = [s for s in allowed(statements) if s.actions == ("sts:AssumeRole",) and s.principals]
    visited = [s for s in trusts if not any(who.endswith(".amazonaws.com") for who in s.principals)]
    restoring = [s for s in visited if ": prod-restore_trust" in s.where]
    assert restoring
    for statement in restoring:
        builds = [who.removeprefix("${aws_iam_role.").partition("_role_")[0] for who in statement.principals]
        assert builds == ["prod_deploy", "prod-gate_build"], statement.where
    abroad = [statement for statement in visited if statement not in restoring]
    assert len(abroad) == 7
    for statement in abroad:
        who, *also = statement.principals
        assert re.fullmatch(r"arn:aws:iam::123456789012:role/[a-z0-9-]+", who), statement.where
        assert "prod-restore" not in who
        step = re.search(r": prod-(deploy|test)_trust", statement.where)
        assert also == ([who.replace(f"prod-{step.group(1)}", "prod-restore")] if step else []), (
            statement.where
        )


def test_a_service_that_may_use_a_resource_is_held_to_a_source(statements: list[Any]) -> None:
    for statement in allowed(statements):
        if any(principal.endswith(".amazonaws.com") for principal in statement.principals):
            assert statement.condition_keys, statement.where


def _patterns(action: str) -> list[str]:
    """The ARNs that an action works on, with ``*`` for each part that varies."""
    return [re.sub(r"\$\{[^}]+\}", "*", row["resource_arn_format"]) for row in reference(action)]


@cache
def _meet(one: str, other: str) -> bool:
    """Whether any text fits both patterns, in which ``*`` stands for any text."""
    if not one or not other:
        return set(one + other) <= {"*"}
    if one[0] == "*":
        return _meet(one[1:], other) or _meet(one, other[1:])
    if other[0] == "*":
        return _meet(one, other[1:]) or _meet(one[1:], other)
    return one[0] == other[0] and _meet(one[1:], other[1:])


def _generic(key: str) -> str:
    """A key without the part that the user names, as in ``kms:EncryptionContext:<key>``."""
    return re.sub(r"(EncryptionContext|RequestTag|ResourceTag)[:/].*", r"\1", key).lower()


def test_a_roles_policy_fits_what_iam_takes(statements: list[Any]) -> None:
    """Inline policies of a role: at most 10,240 characters together, white space aside.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    sizes: dict[str, int] = {}
    for statement in of_roles(statements):
        role = statement.where.rpartition(":")[0]
        # What stands around the statements, and a comma for each.
        sizes[role] = sizes.get(role, 40) + 1 + statement.size
    assert max(sizes.values()) > 5000
    assert {role: size for role, size in sizes.items() if size > 9000} == {}
