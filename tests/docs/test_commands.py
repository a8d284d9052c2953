"""The commands that the documentation tells people to run exist, with the options that it gives them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import jmespath
import pytest
from botocore import xform_name

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# Options of the CLI itself: https://docs.aws.amazon.com/cli/latest/reference/#global-options
GLOBAL = {"--output", "--query", "--region", "--profile", "--no-cli-pager"}


def aws_commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of an API operation in a code block: the page's name and the words after ``aws``."""
    for page in PAGES:
        if not page.exists():
            continue
        for block in re.findall(r"^ *```\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line) if line.strip().startswith("aws ") else []
                if words and words[1] != "s3":
                    yield page.name, words[1:]


COMMANDS = list(aws_commands())


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=[f"{page}: {words[1]}" for page, words in COMMANDS])
def test_an_aws_command_in_the_documentation_is_known_to_the_cli(page: str, words: list[str]) -> None:
    service, command, *rest = words
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    assert command in operations, page
    members = model.operation_model(operations[command]).input_shape.members
    allowed = {f"--{xform_name(name, '-')}" for name in members} | GLOBAL
    assert {word for word in rest if word.startswith("--")} <= allowed | {"--max-items"}
    if "--query" in rest:
        jmespath.compile(rest[rest.index("--query") + 1])


def test_links_between_the_pages_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text()) if page.exists() else []:
            path, _, anchor = target.partition("#")
            file = (page.parent / path) if path else page
            heads = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE) if file.is_file() else []
            anchors = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
            if not file.exists() or (anchor and anchor not in anchors):
                broken.append(f"{page.name}: {target}")
    assert broken == []
