"""Policy documents, parsed once.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from local_aws.iam.access import Access, texts
from local_aws.iam.conditions import Condition
from local_aws.iam.principals import PrincipalPatterns
from local_aws.iam.variables import UnknownVariableError, put_in
from local_aws.iam.wildcards import arn_pattern, text_pattern


@dataclass(frozen=True)
class Statement:
    """One statement; ``principals`` is None in an identity's policy."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]
    principals: PrincipalPatterns | None
    other_actions: bool = False
    other_resources: bool = False

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Statement:
        """From its JSON object."""
        other_actions, other_resources = "NotAction" in document, "NotResource" in document
        resources = document.get("NotResource" if other_resources else "Resource")
        return cls(
            allows=document["Effect"] == "Allow",
            actions=texts(document.get("NotAction" if other_actions else "Action", ())),
            resources=None if resources is None else texts(resources),
            conditions=Condition.read(document.get("Condition") or {}),
            principals=PrincipalPatterns.read(document),
            other_actions=other_actions,
            other_resources=other_resources,
        )

    def applies(self, access: Access) -> bool:
        """Whether the statement speaks of the access; whose it is, ``principals`` says."""
        named = any(text_pattern(action, True).fullmatch(access.action) for action in self.actions)
        return (
            named is not self.other_actions
            and self._is_about(access)
            and all(condition.is_met(access.context) for condition in self.conditions)
        )

    def _is_about(self, access: Access) -> bool:
        if self.resources is None:  # A role's trust names none: it is about the role.
            return True
        if access.resource is None:
            # Unknown here: only what holds for all is sure to allow it, and any denial might mean it.
            return self.resources == ("*",) and not self.other_resources if self.allows else True
        fits = any(_fits(pattern, access) for pattern in self.resources)
        return fits is not self.other_resources


def _fits(pattern: str, access: Access) -> bool:
    if pattern == "*":
        return True
    try:
        return arn_pattern(put_in(pattern, access.context)).fullmatch(access.resource or "") is not None
    except UnknownVariableError:
        return False


@lru_cache(4096)
def parse(document: str) -> tuple[Statement, ...]:
    """The statements of a policy document."""
    statements = json.loads(document).get("Statement") or []
    return tuple(map(Statement.read, statements if isinstance(statements, list) else [statements]))


def applying(documents: Iterable[str], access: Access) -> Iterator[Statement]:
    """The statements that speak of an access."""
    for document in documents:
        yield from (statement for statement in parse(document) if statement.applies(access))
