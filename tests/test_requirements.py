"""What the pipeline's builds install: hashed, and in the versions which everything here is tested with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PINS = re.compile(r"^([a-z0-9-]+==[^\\\n]+?) *\\?$", re.MULTILINE)
LOCKS = [ROOT / "requirements.txt", *sorted((ROOT / "constructs/mlops/builds/locks").glob("*.txt"))]
FROZEN = sorted((ROOT / "constructs/mlops/builds").glob("*.yml"))
INSTALLERS = [
    ROOT / "constructs/mlops/builds/install_library.sh",
    ROOT / "constructs/mlops/builds/deploy.py",
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


def installs(file: Path) -> list[str]:
    """The options of each ``pip install``, in a shell's words, folded YAML or Python's strings."""
    words = re.sub(r"[\s\"',\\()*]+", " ", file.read_text())
    return re.findall(r"pip install((?: --\S+)*)", words)


@pytest.mark.parametrize("file", INSTALLERS, ids=relative)
def test_no_build_installs_what_has_no_hash_or_is_to_be_built_first(file: Path) -> None:
    found = installs(file)
    assert found
    for options in found:
        assert {"--require-hashes", "--only-binary=:all:", "--requirement"} <= set(options.split())


@pytest.mark.parametrize("file", FROZEN, ids=relative)
def test_a_frozen_buildspec_installs_by_the_librarys_script_alone(file: Path) -> None:
    assert file.read_text().count("{install_library}") == 1
    assert not re.search(r"\bpip\b", file.read_text())
