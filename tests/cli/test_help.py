"""The command's frame: help that is there at once, with examples that are right."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from mlops.cli.app import app

GROUP: Any = get_command(app)
COMMANDS = sorted(GROUP.commands)


def test_help_loads_nothing_of_aws_terraform_or_the_local_aws() -> None:
    program = "import sys, mlops.cli.app; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert {"boto3", "cdktf", "jsii", "local_aws", "pydantic", "rich"} & set(loaded.split()) == set()


def test_the_installed_script_and_the_module_say_the_same() -> None:
    script = [str(Path(sys.executable).parent / "mlops"), "--help"]
    module = [sys.executable, "-m", "mlops", "--help"]
    said = [
        subprocess.run(each, capture_output=True, text=True, check=True).stdout for each in (script, module)
    ]
    assert said[0] == said[1]
    assert "130 interrupted" in said[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_has_examples_that_it_takes_and_its_exit_codes(name: str) -> None:
    text = GROUP.commands[name].help
    assert "Exit code" in text
    examples = text.replace('eval "$(mlops env)"', "mlops env")
    lines = [part for line in re.findall(r"^ *(mlops .*)$", examples, re.M) for part in line.split(" && ")]
    assert any(shlex.split(line)[1] == name for line in lines)
    for line in lines:
        program, *words = shlex.split(line)
        if program == "mlops":
            GROUP.commands[words[0]].make_context(words[0], words[1:])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_cuts_no_sentence(name: str) -> None:
    assert not GROUP.commands[name].get_short_help_str(64).endswith("...")
