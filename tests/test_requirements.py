"""What the pipeline's builds install: hashed, and in the versions which everything here is tested with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PINS = re.compile(r"^([a-z0-9-]+==[^\\\n]+?) *\\?$", re.MULTILINE)
LOCKS = [ROOT / "requirements.txt", *sorted((ROOT / "constructs/mlops/builds/locks").glob("*.txt"))]
BUILDSPECS = [
    *sorted((ROOT / "constructs/mlops/builds").glob("*.yml")),
    ROOT / "constructs/mlops/builds/install_library.sh",
    *sorted(ROOT.glob("training/*/buildspec.yml")),
    *sorted(ROOT.glob("endpoint_tests/*/buildspec.yml")),
    *sorted((ROOT / "constructs/mlops/template/tree").glob("*/*/buildspec.yml.jinja")),
]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def pins(file: Path) -> list[str]:
    return [re.sub(r" +;.*", "", pin) for pin in PINS.findall(file.read_text())]


@pytest.mark.parametrize("file", LOCKS, ids=relative)
def test_a_builds_requirements_are_the_locks_and_each_has_a_hash(file: Path) -> None:
    lock = set(pins(ROOT / "requirements-dev.txt"))
    required = pins(file)
    assert required
    assert [pin for pin in required if pin not in lock] == []
    blocks = re.split(r"^(?=[a-z0-9-]+==)", file.read_text(), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(required)
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("file", BUILDSPECS, ids=relative)
def test_no_build_installs_what_has_no_hash(file: Path) -> None:
    text = file.read_text().replace("\\\n", " ")
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert all("--require-hashes" in line and "--requirement" in line for line in installs)
