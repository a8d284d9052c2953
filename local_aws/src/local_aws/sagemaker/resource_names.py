"""Names as AWS allows them; some become folders here, and must not lead out of the work folder."""

from __future__ import annotations

import re

from local_aws.hooks import ServiceError

RESOURCE = r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
CHANNEL = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}"


def check(parameter: str, name: str, pattern: str = RESOURCE) -> None:
    """Refuse a name that is not of the pattern.

    Raises:
        ServiceError: in AWS's words.
    """
    if not re.fullmatch(pattern, name):
        raise ServiceError(
            "ValidationException",
            f"1 validation error detected: Value '{name}' at '{parameter}' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {pattern}",
        )
