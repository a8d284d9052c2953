"""Glob patterns as Glue's crawlers and CodePipeline's triggers understand them, relative to a root.

https://docs.aws.amazon.com/glue/latest/dg/define-crawler.html#crawler-data-stores-exclude
https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_PART = re.compile(r"\*\*|[*?{},\\]|\[[^\]]*\]|[^*?{},\\\[]+|\[")


def matching(path: str, patterns: Iterable[str]) -> str | None:
    """The first pattern that matches the whole of ``path``; None where none does."""
    return next((pattern for pattern in patterns if _regex(pattern).fullmatch(path)), None)


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
    try:
        return re.compile(written, re.DOTALL)
    except re.error:  # An open group or an empty range: nothing but itself.
        return re.compile(re.escape(pattern))
