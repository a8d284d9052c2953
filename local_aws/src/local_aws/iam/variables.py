"""Policy variables: ``${aws:PrincipalAccount}`` and its like, in resources and conditions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re

from local_aws.iam.access import Context

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"(?P<key>[^,]+)(?:,\s*'(?P<default>.*)')?", re.DOTALL)
_LITERALS = frozenset("*?$")


class UnknownVariableError(LookupError):
    """A variable without a value: what names it applies to nothing."""


def put_in(text: str, context: Context) -> str:
    """The text with the values of its variables; ``${*}``, ``${?}`` and ``${$}`` stay for the pattern.

    Raises:
        UnknownVariableError: the context lacks one, and the variable states no default.
    """
    return _VARIABLE.sub(lambda match: _value(match[1], context), text) if "${" in text else text


def _value(variable: str, context: Context) -> str:
    if variable in _LITERALS:
        return f"${{{variable}}}"
    parts = _DEFAULT.fullmatch(variable)
    values = context.get(parts["key"].strip().lower()) if parts else None
    if values and len(values) == 1:
        return values[0]
    if parts is None or parts["default"] is None:
        raise UnknownVariableError(variable)
    return parts["default"]
