"""What is printed where the terminal's character set lacks a character."""

from __future__ import annotations

import codecs
import io
import sys

_ASCII = str.maketrans({"✓": "+", "✗": "x", "■": "#", "…": "...", "→": "->", "≥": ">=", "≤": "<=", "·": "-"})


def replace_what_cannot_be_encoded() -> None:
    """Have both streams print a character that they cannot encode in ASCII's next best, else as ``?``.

    Otherwise printing raises UnicodeEncodeError: https://docs.python.org/3/library/codecs.html#error-handlers
    """
    codecs.register_error("mlops", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="mlops")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_ASCII)
    return text.encode("ascii", "replace").decode(), error.end
