"""The commands that the documentation tells people to run exist, with the options that it gives them."""

from __future__ import annotations

import re

import botocore.session
import jmespath
import pytest
from botocore import xform_name

from tests.docs.pages import PAGES, calls

# Options of the CLI itself: https://docs.aws.amazon.com/cli/latest/reference/#global-options
GLOBAL = {"--output", "--query", "--region", "--profile", "--no-cli-pager"}

# `aws s3` is no operation of the API.
COMMANDS = [(page, words) for page, words in calls("aws") if len(words) > 1 and words[0] != "s3"]


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=[f"{page}: {words[1]}" for page, words in COMMANDS])
def test_an_aws_command_in_the_documentation_is_known_to_the_cli(page: str, words: list[str]) -> None:
    service, command, *rest = words
    # What the CLI calls the operations of S3's API, to tell them from `aws s3`.
    service = "s3" if service == "s3api" else service
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
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text()):
            path, _, anchor = target.partition("#")
            file = (page.parent / path) if path else page
            heads = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE) if file.is_file() else []
            anchors = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
            if not file.exists() or (anchor and anchor not in anchors):
                broken.append(f"{page.name}: {target}")
    assert broken == []
