"""What a build installs on AWS are the lock's versions, which everything here is tested with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PINS = re.compile(r"^([a-z0-9-]+==[^\\\n]+?) *\\?$", re.MULTILINE)
FILES = sorted([*ROOT.glob("training/*/requirements.txt"), ROOT / "endpoint_tests/requirements.txt"])


def pins(file: Path) -> list[str]:
    """The pins of a requirements file and of those that it includes."""
    text = file.read_text()
    included = re.findall(r"^-r (.*)$", text, re.MULTILINE)
    return [*PINS.findall(text), *(pin for name in included for pin in pins(file.parent / name))]


@pytest.mark.parametrize("file", FILES, ids=[str(file.parent.relative_to(ROOT)) for file in FILES])
def test_a_builds_requirements_are_the_locks(file: Path) -> None:
    lock = set(pins(ROOT / "requirements.txt"))
    required = pins(file)
    assert required
    assert [pin for pin in required if pin not in lock] == []
