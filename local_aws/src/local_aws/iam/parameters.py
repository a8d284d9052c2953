"""The values in a request's parameters, whatever its protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count, product
from typing import Any

from local_aws.hooks import Call

_FIELD = re.compile(r"\{([^}]+)\}")


class Parameters:
    """What a call asks for, by dotted paths; of a list every item counts."""

    def __init__(self, call: Call) -> None:
        self._query = call.query
        is_json = "json" in call.headers.get("content-type", "") and call.body[:1] == b"{"
        self._json: Any = call.params if is_json else {}

    def values(self, path: str) -> list[Any]:
        """The values at a path such as ``pipeline.name`` or ``Targets.RoleArn``."""
        found = list(_at(self._json, path.split(".")))
        return found or list(self._of_query(path))

    def first(self, path: str) -> Any:
        """The first value at a path, or None."""
        return next(iter(self.values(path)), None)

    def fill(self, template: str) -> Iterator[str]:
        """The template with each ``{path}`` replaced; none where a value is missing.

        ``{path before x}`` takes what precedes the first ``x`` of the value, ``{path path}`` the value with
        a slash in front, and ``{path|x}`` is ``x`` where there is no value.
        """
        fields = _fields(template)
        values = [self._field(field) for field in fields]
        for combination in product(*values):
            text = template
            for field, value in zip(fields, combination, strict=True):
                text = text.replace(f"{{{field}}}", value)
            yield text

    def _field(self, field: str) -> list[str]:
        field, bar, default = field.partition("|")
        path, _, how = field.partition(" ")
        values = [str(value) for value in self.values(path) if value != ""] or ([default] if bar else [])
        return [value if value.startswith("arn:") else _shaped(value, how) for value in values]

    def _of_query(self, path: str) -> Iterator[str]:
        if path in self._query:
            yield self._query[path]
            return
        for number in count(1):
            value = self._query.get(f"{path}.member.{number}")
            if value is None:
                return
            yield value


def _shaped(value: str, how: str) -> str:
    if how == "path":
        return f"/{value.removeprefix('/')}"
    return value.partition(how.removeprefix("before "))[0] if how else value


@lru_cache(1024)
def _fields(template: str) -> tuple[str, ...]:
    return tuple(_FIELD.findall(template))


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
