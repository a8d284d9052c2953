"""What a plan changes about who may do what, set apart from everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops.plans.policies import Right, is_policy, rights_of, rights_of_document

# Where resources keep policies, and a reference to a managed one.
_ATTRIBUTES = frozenset({"access_policy", "assume_role_policy", "policy", "policy_arn"})


@dataclass(frozen=True)
class AccessChange:
    """The rights that one resource's policies gain and lose.

    ``unknown`` names the policies of which the plan knows nothing before the apply.
    """

    address: str
    name: str
    gained: tuple[Right, ...]
    lost: tuple[Right, ...]
    unknown: tuple[str, ...] = ()

    @property
    def widens(self) -> bool:
        """Whether anything is allowed, or may turn out to be, that was not before."""
        return any(right.permits for right in self.gained) or not all(right.permits for right in self.lost)

    @property
    def sweeping(self) -> tuple[Right, ...]:
        """The gained rights over whole services, everything, or given to everyone."""
        return tuple(right for right in self.gained if right.sweeping)


class Policies:
    """Reads the policies of one plan's resources, also those that data sources write during the apply."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        module = plan.get("configuration", {}).get("root_module", {})
        self._expressions = {r["address"]: r.get("expressions", {}) for r in module.get("resources", ())}
        self._deferred = {
            change["address"]: change["change"].get("after") or {}
            for change in plan.get("resource_changes", ())
            if change["type"] == "aws_iam_policy_document"
        }

    def configured(self, address: str) -> frozenset[str]:
        """The attributes that the configuration sets on a resource."""
        return frozenset(self._expressions.get(address.partition("[")[0], {}))

    def change(self, address: str, type_: str, name: str, change: Mapping[str, Any]) -> AccessChange | None:
        """How a resource's rights change; None where they do not."""
        before, after = change.get("before") or {}, change.get("after") or {}
        old = frozenset(_rights(type_, before))
        new = set(_rights(type_, after))
        unknown = []
        for attribute in self._unknown(address, change):
            deferred = self._document(address, attribute)
            if deferred is None:
                unknown.append(attribute)
                old -= rights_of(before.get(attribute))
            else:
                new |= deferred
        if new == old and not unknown:
            return None
        return AccessChange(address, name, tuple(sorted(new - old)), tuple(sorted(old - new)), tuple(unknown))

    def _unknown(self, address: str, change: Mapping[str, Any]) -> list[str]:
        """The attributes whose policies only the apply will know."""
        before = change.get("before") or {}
        unknown = change.get("after_unknown") or {}
        return [
            attribute
            for attribute in sorted(self.configured(address))
            if unknown.get(attribute) is True
            and (attribute in _ATTRIBUTES or is_policy(before.get(attribute)))
        ]

    def _document(self, address: str, attribute: str) -> frozenset[Right] | None:
        expression = self._expressions.get(address.partition("[")[0], {}).get(attribute, {})
        for reference in expression.get("references", ()) if isinstance(expression, dict) else ():
            if reference in self._deferred:
                return rights_of_document(self._deferred[reference])
        return None


def _rights(type_: str, values: Mapping[str, Any]) -> Iterator[Right]:
    for value in values.values():
        yield from rights_of(value)
        for block in value if isinstance(value, list) else ():  # aws_iam_role.inline_policy
            for inner in block.values() if isinstance(block, dict) else ():
                yield from rights_of(inner)
    if not type_.startswith("aws_iam_"):
        return
    holder = next((f"{k} {values[k]}" for k in ("role", "user", "group") if values.get(k)), "")
    if values.get("policy_arn"):
        yield Right("Attach", "", values["policy_arn"], holder)
    for arn in values.get("managed_policy_arns") or ():
        yield Right("Attach", "", arn, holder)
    if values.get("permissions_boundary"):
        yield Right("Limit", "", values["permissions_boundary"])
