"""Text of unknown content in Markdown: nothing in it can end its quotation."""

from __future__ import annotations

import re


def code(text: str) -> str:
    """A text within a line, as code."""
    line = " ".join(text.split())
    ticks = _longer_than_any_in(line, 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def fenced(text: str, language: str = "text") -> str:
    """A text of many lines, as a block of code."""
    fence = _longer_than_any_in(text, 3)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def folded(summary: str, content: str) -> str:
    """``content``, hidden until a reader opens ``summary``, which is plain text."""
    plain = summary.replace("&", "&amp;").replace("<", "&lt;")
    return f"<details><summary>{plain}</summary>\n\n{content}\n\n</details>"


def cut(text: str, limit: int) -> str:
    """The whole lines within the first ``limit`` characters, with a line that says how many are left out."""
    if len(text) <= limit:
        return text
    kept = text[:limit].rpartition("\n")[0]
    left_out = text[len(kept) :].strip("\n").count("\n") + 1
    return f"{kept}\n… {left_out} more lines"


def _longer_than_any_in(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(least, longest + 1)
