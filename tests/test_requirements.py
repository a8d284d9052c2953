"""What a build installs on AWS are the lock's versions, which everything here is tested with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PINS = re.compile(r"^([a-z0-9-]+==[^\\\n]+?) *\\?$", re.MULTILINE)
FILES = sorted([*ROOT.glob("training/*/requirements.txt"), *ROOT.glob("endpoint_tests/*/requirements.txt")])


@pytest.mark.parametrize("file", FILES, ids=[str(file.parent.relative_to(ROOT)) for file in FILES])
def test_a_builds_requirements_are_the_locks(file: Path) -> None:
    lock = set(PINS.findall((ROOT / "requirements.txt").read_text()))
    required = PINS.findall(file.read_text())
    assert required
    assert [pin for pin in required if pin not in lock] == []
