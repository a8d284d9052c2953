"""Which attributes of a resource a plan changes, with values that may be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlops.plans.policies import is_policy

HIDDEN = "(sensitive value)"
UNKNOWN = "(known after apply)"
POLICY = "see the rights"
_NONE = "(none)"
# Providers do not tell an absent value from these: https://developer.hashicorp.com/terraform/plugin/sdkv2
_ZEROS: tuple[Any, ...] = (None, "", 0, False, [], {})
# Also where a provider forgot to mark it; not the ARN, name or time of a secret.
_SECRET = re.compile(
    r"(password|secret|token|private_key|credential)s?(_string|_value|_binary)?(\[|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class AttributeChange:
    """One attribute, by its path such as ``production_variants[0].instance_type``, before and after."""

    path: str
    before: str
    after: str
    forces_replacement: bool = False


@dataclass(frozen=True)
class _Place:
    """The same place in all parts of a ``change``."""

    path: str
    before: Any
    after: Any
    unknown: Any
    hidden_before: Any
    hidden_after: Any


def attribute_changes(change: Mapping[str, Any], configured: frozenset[str]) -> tuple[AttributeChange, ...]:
    """The differences in a plan's ``change`` object, one for each leaf.

    ``configured`` are the attributes that the configuration sets: of the others, which the provider computes,
    one that will be known only after the apply says nothing.
    https://developer.hashicorp.com/terraform/internals/json-format#change-representation
    """
    forced = [_path(steps) for steps in change.get("replace_paths", ())]
    start = _Place(
        "",
        change.get("before"),
        change.get("after"),
        change.get("after_unknown"),
        change.get("before_sensitive"),
        change.get("after_sensitive"),
    )
    found = []
    for leaf in _leaves(start):
        top = re.split(r"[.\[]", leaf.path)[0]
        if leaf.after == UNKNOWN and top not in configured:
            continue
        found.append(replace(leaf, forces_replacement=any(_within(leaf.path, path) for path in forced)))
    tagged = {f"tags_all{leaf.path.removeprefix('tags')}" for leaf in found}
    return tuple(leaf for leaf in found if leaf.path not in tagged)


def _leaves(place: _Place) -> Iterator[AttributeChange]:
    if place.hidden_before is True or place.hidden_after is True or _SECRET.search(place.path):
        if place.before != place.after or place.unknown is True:
            yield AttributeChange(place.path, HIDDEN, HIDDEN)
    elif is_policy(place.before) or is_policy(place.after):
        if place.before != place.after:
            yield AttributeChange(place.path, POLICY, POLICY)
    elif place.unknown is True:
        if place.before not in _ZEROS:
            yield AttributeChange(place.path, shown(place.before), UNKNOWN)
    elif _is(dict, place.before, place.after):
        for key in sorted({*(place.before or {}), *(place.after or {}), *_of(place.unknown, {})}):
            yield from _leaves(_inner(place, key, f"{place.path}.{key}" if place.path else key))
    elif _is(list, place.before, place.after):
        for index in range(max(len(place.before or ()), len(place.after or ()))):
            yield from _leaves(_inner(place, index, f"{place.path}[{index}]"))
    elif place.before != place.after and not (place.before in _ZEROS and place.after in _ZEROS):
        yield AttributeChange(place.path, shown(place.before), shown(place.after))


def _is(kind: type, before: Any, after: Any) -> bool:
    """Whether both are of the kind, or one is and the other is nothing."""
    return any(isinstance(value, kind) for value in (before, after)) and all(
        value is None or isinstance(value, kind) for value in (before, after)
    )


def _inner(place: _Place, key: str | int, path: str) -> _Place:
    return _Place(
        path,
        _at(place.before, key),
        _at(place.after, key),
        _at(place.unknown, key),
        _at(place.hidden_before, key),
        _at(place.hidden_after, key),
    )


def _at(value: Any, key: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(str(key))
    if isinstance(value, list) and isinstance(key, int):
        return value[key] if key < len(value) else None
    return None


def _of(value: Any, otherwise: Mapping[str, Any]) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else otherwise


def shown(value: Any) -> str:
    """A value as a reader sees it."""
    if value is None:
        return _NONE
    return value if isinstance(value, str) else json.dumps(value)


def _path(steps: list[str | int]) -> str:
    path = ""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _within(path: str, ancestor: str) -> bool:
    return path == ancestor or path.startswith((f"{ancestor}.", f"{ancestor}["))
