"""A crawler target's exclude patterns: Glue's own globs, relative to the include path.

https://docs.aws.amazon.com/glue/latest/dg/define-crawler.html#crawler-data-stores-exclude
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_PART = re.compile(r"\*\*|[*?{},\\]|\[[^\]]*\]|[^*?{},\\\[]+|\[")


def excluded(path: str, patterns: Iterable[str]) -> bool:
    """Whether any pattern matches the whole of ``path``."""
    return any(_regex(pattern).fullmatch(path) for pattern in patterns)


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """``*`` and ``?`` stay within a folder, ``**`` crosses folders; ``{a,b}`` is either."""
    written, depth, escaped = "", 0, False
    for part in _PART.findall(pattern):
        if escaped:
            written, escaped = written + re.escape(part), False
        elif part == "\\":
            escaped = True
        elif part == "{":
            written, depth = written + "(?:", depth + 1
        elif part == "}" and depth:
            written, depth = written + ")", depth - 1
        elif part == "," and depth:
            written += "|"
        elif part.startswith("[") and part.endswith("]"):
            written += part.replace("[!", "[^", 1)
        else:
            written += {"**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
    return re.compile(written, re.DOTALL)
