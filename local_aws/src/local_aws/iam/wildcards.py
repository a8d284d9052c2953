"""The patterns of policies: ``*`` for any characters, ``?`` for one; ``${*}`` and ``${?}`` are themselves.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import lru_cache

_ARN_PARTS = 6
_LITERAL = re.compile(r"\$\{([*?$])\}")


@lru_cache(8192)
def text_pattern(pattern: str, ignore_case: bool = False) -> re.Pattern[str]:
    """What a pattern of plain text fits, to be matched in full."""
    return re.compile(_expression(pattern, "."), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(8192)
def arn_pattern(pattern: str) -> re.Pattern[str]:
    """What a pattern of ARNs fits: a wildcard stays in its part, only the last part may hold colons."""
    parts = pattern.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return text_pattern(pattern)
    *parts, last = parts
    return re.compile(":".join([*(_expression(part, "[^:]") for part in parts), _expression(last, ".")]))


def _expression(pattern: str, any_character: str) -> str:
    wild = {"*": f"{any_character}*", "?": any_character}
    parts = _LITERAL.split(pattern)
    return "".join(
        re.escape(part) if number % 2 else "".join(wild.get(each) or re.escape(each) for each in part)
        for number, part in enumerate(parts)
    )
