"""What the README promises is there."""

from __future__ import annotations

import re
from pathlib import Path

import local_aws
from local_aws.cli import app

FOLDER = Path(local_aws.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_command_is_documented() -> None:
    commands = {command.callback.__name__ for command in app.registered_commands if command.callback}
    assert set(re.findall(r"python -m local_aws (\w+)", README)) == commands


def test_every_mend_is_documented() -> None:
    mends = {path.stem for path in (FOLDER / "mends").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)) == mends
