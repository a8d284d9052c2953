"""Variables in an action's configuration: ``#{namespace.name}``.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from local_aws.codepipeline.execution import ActionError

_REFERENCE = re.compile(r"#\{([^{}.]+)\.([^{}]+)\}")


def resolve(configuration: Mapping[str, str], namespaces: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A configuration with every variable put in.

    In a setting that is JSON, such as ``EnvironmentVariables``, each string is resolved by itself, so
    that a value with quotation marks leaves it JSON.

    Raises:
        ActionError: some variables are not there; all of them are in the message.
    """
    missing: list[str] = []

    def text(given: str, where: str) -> str:
        def value(match: re.Match[str]) -> str:
            namespace, name = match.groups()
            found = namespaces.get(namespace, {}).get(name)
            if found is None:
                missing.append(f"{where}: {match.group()} has no value")
            return found or ""

        return _REFERENCE.sub(value, given)

    def each(given: Any, where: str) -> Any:
        if isinstance(given, str):
            return text(given, where)
        if isinstance(given, list):
            return [each(item, where) for item in given]
        if isinstance(given, dict):
            return {key: each(item, where) for key, item in given.items()}
        return given

    resolved = {}
    for key, given in configuration.items():
        content = _json(given) if "#{" in given else None
        resolved[key] = text(given, key) if content is None else json.dumps(each(content, key))
    if missing:
        known = ", ".join(sorted(f"{n}.{name}" for n, names in namespaces.items() for name in names))
        raise ActionError("InvalidConfiguration", f"{'; '.join(missing)}. Known here: {known or 'none'}")
    return resolved


def _json(text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
