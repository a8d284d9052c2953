"""The documentation, and the code in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import dropwhile, groupby
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "tools/bench/README.md",
    ROOT / "local_aws/README.md",
    ROOT / "recordio/README.md",
]
_SEPARATORS = {"|", "&&", "||", ";", "("}
_VARIABLE = re.compile(r"[A-Z_a-z]+=")
_EVAL = re.compile(r'eval "\$\((.*)\)"')
_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def blocks(page: Path, *languages: str) -> list[str]:
    """The code blocks of the page in these languages; the empty one is a shell's."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [code for language, code in found if language in languages]


def spans(page: Path) -> list[str]:
    """The code within the page's sentences."""
    return re.findall(r"`([^`\n]+)`", _BLOCK.sub("", page.read_text(encoding="utf-8")))


def shell_lines() -> Iterator[tuple[str, str]]:
    """Every line of shell code with its page's name, continued lines joined."""
    for page in PAGES:
        for code in [*blocks(page, "", "bash"), *spans(page)]:
            for line in code.replace("\\\n", " ").splitlines():
                yield page.name, line.strip()


def calls(*program: str) -> Iterator[tuple[str, list[str]]]:
    """The words after each ``program`` in the documentation, up to the end of its command."""
    for page, line in shell_lines():
        try:
            words = shlex.split(_EVAL.sub(r"\1", line), comments=True)
        except ValueError:  # no command
            continue
        commands = [list(part) for end, part in groupby(words, _SEPARATORS.__contains__) if not end]
        for command in commands:
            command = list(dropwhile(_VARIABLE.match, command)) or [""]
            command = [Path(command[0]).name, *command[1:]]
            if command[: len(program)] == list(program):
                yield page, command[len(program) :]
