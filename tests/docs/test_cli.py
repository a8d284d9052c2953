"""The page of the command ``mlops`` names what there is, and pages run it as it takes it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from typer.main import get_command

from mlops.cli.app import app
from tests.docs.pages import ROOT, calls

GROUP: Any = get_command(app)
CALLS = [(page, words) for page, words in calls("mlops") if words and words[0] in GROUP.commands]


def test_the_page_names_every_command() -> None:
    page = (ROOT / "docs/cli.md").read_text()
    rows = re.findall(r"^\| (`mlops .*?) \|", page, re.MULTILINE)
    assert set(re.findall(r"`mlops (\w+)`", "".join(rows))) == set(GROUP.commands)


@pytest.mark.parametrize(
    ("page", "words"), CALLS, ids=[f"{page}: {' '.join(words)}" for page, words in CALLS]
)
def test_a_line_in_the_documentation_is_taken(page: str, words: list[str]) -> None:
    options = {word for word in words[1:] if word.startswith("--")}
    known = {name for parameter in GROUP.commands[words[0]].params for name in parameter.opts}
    assert options <= known | {"--help"}, page
