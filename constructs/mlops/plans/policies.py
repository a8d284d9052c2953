"""IAM policies as sets of single rights, so that two of them can be compared.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

_UNKNOWN = "(known after apply)"
# Managed policies over a whole service or account, by the words in which AWS names them.
_BROAD = re.compile(r"(AdministratorAccess|PowerUserAccess|FullAccess)(-|$)")


@dataclass(frozen=True, order=True)
class Right:
    """One action on one resource for one principal; the last three may be empty.

    ``effect`` is ``Allow``, ``Deny``, ``Attach`` (whatever the managed policy ``resource`` allows) or
    ``Limit`` (to the permissions boundary ``resource``).
    """

    effect: str
    action: str
    resource: str
    principal: str = ""
    condition: str = ""

    @property
    def permits(self) -> bool:
        """Whether having it means more rights, not fewer."""
        return self.effect in ("Allow", "Attach")

    @property
    def sweeping(self) -> bool:
        """Whether it permits whole services, everything, or everyone."""
        everyone = self.principal in ("*", "AWS *")
        wild = "*" in self.action or self.action.startswith("every action but") or self.resource == "*"
        wild |= self.effect == "Attach" and bool(_BROAD.search(self.resource))
        return self.permits and (wild or everyone)


def is_policy(value: Any) -> bool:
    """Whether an attribute's value is the JSON of a policy."""
    return isinstance(value, str) and bool(_statements(value))


def rights_of(policy: Any) -> frozenset[Right]:
    """Every right of a policy's JSON; none of a value that is no policy."""
    return frozenset(right for statement in _statements(policy) for right in _rights(_from_json(statement)))


def rights_of_document(document: Mapping[str, Any]) -> frozenset[Right]:
    """Every right of an ``aws_iam_policy_document`` data source, as a plan that defers it shows it."""
    return frozenset(
        right for statement in document.get("statement") or () for right in _rights(_from_data(statement))
    )


def sentences(rights: Iterable[Right]) -> Iterator[str]:
    """The rights as lines to read, those on the same resource joined."""

    def alike(right: Right) -> tuple[str, ...]:
        return (right.effect, right.resource, right.principal, right.condition)

    for key, group in groupby(sorted(rights, key=lambda right: (*alike(right), right.action)), alike):
        effect, resource, principal, condition = key
        actions = ", ".join(right.action for right in group if right.action)
        parts = (
            ("", effect),
            ("", actions),
            ("on " if actions else "", resource),
            ("to " if effect == "Attach" else "for ", principal),
            ("if ", condition),
        )
        yield " ".join(f"{word}{value}" for word, value in parts if value)


@dataclass(frozen=True)
class _Statement:
    effect: str
    actions: list[str]
    resources: list[str]
    principals: list[str]
    condition: str


def _rights(statement: _Statement) -> Iterator[Right]:
    for action in statement.actions:
        for resource in statement.resources or [""]:
            for principal in statement.principals or [""]:
                yield Right(statement.effect, action, resource, principal, statement.condition)


def _statements(policy: Any) -> list[dict[str, Any]]:
    if not isinstance(policy, str) or '"Statement"' not in policy:
        return []
    try:
        read = json.loads(policy)
    except ValueError:
        return []
    statements = read.get("Statement", []) if isinstance(read, dict) else []
    listed = statements if isinstance(statements, list) else [statements]
    return [statement for statement in listed if isinstance(statement, dict)]


def _from_json(statement: Mapping[str, Any]) -> _Statement:
    condition = [
        f"{test} {variable} {' '.join(sorted(_listed(values)))}"
        for test, variables in sorted(statement.get("Condition", {}).items())
        for variable, values in sorted(variables.items())
    ]
    return _Statement(
        statement.get("Effect", "Allow"),
        _listed(statement.get("Action")) + _but("action", _listed(statement.get("NotAction"))),
        _listed(statement.get("Resource")) + _but("resource", _listed(statement.get("NotResource"))),
        _principals(statement.get("Principal"))
        + _but("principal", _principals(statement.get("NotPrincipal"))),
        " and ".join(condition),
    )


def _from_data(statement: Mapping[str, Any]) -> _Statement:
    def principals(key: str) -> list[str]:
        found = statement.get(key) or ()
        return [f"{item['type']} {who}" for item in found for who in _listed(item.get("identifiers"))]

    condition = [
        f"{item['test']} {item['variable']} {' '.join(sorted(_listed(item.get('values'))))}"
        for item in statement.get("condition") or ()
    ]
    return _Statement(
        statement.get("effect") or "Allow",
        _listed(statement.get("actions")) + _but("action", _listed(statement.get("not_actions"))),
        _listed(statement.get("resources")) + _but("resource", _listed(statement.get("not_resources"))),
        principals("principals") + _but("principal", principals("not_principals")),
        " and ".join(sorted(condition)),
    )


def _principals(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{kind} {who}" for kind, named in sorted(value.items()) for who in _listed(named)]
    return _listed(value)


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    return [_UNKNOWN if item is None else str(item) for item in items]


def _but(kind: str, excepted: list[str]) -> list[str]:
    return [f"every {kind} but {', '.join(sorted(excepted))}"] if excepted else []
