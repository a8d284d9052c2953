"""A new example in a fresh clone: before a line is changed, it passes all checks and runs to PROD."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.conftest import Clone

ROOT = Path(__file__).parents[2]
# As long as a name may be.
NAME = "scaffoldedbythetests"
FOLDERS = [f"{top}/{NAME}" for top in ("examples", "training", "endpoint_tests")]
TESTS = [f"tests/{top}/{NAME}" for top in ("training", "endpoint_tests")]

pytestmark = pytest.mark.timeout(900)


def make_new(clone: Clone) -> subprocess.CompletedProcess[str]:
    # The virtualenv is this one: it is not set up anew.
    return clone.run("make", "-o", ".venv/.ready", "new", f"NAME={NAME}")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    root = tmp_path_factory.mktemp("clone") / "project"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(root)], check=True)
    (root / ".venv").symlink_to(sys.prefix)
    clone = Clone(root, NAME)
    made = make_new(clone)
    assert made.returncode == 0, made.stdout + made.stderr
    yield clone
    clone.run(sys.executable, "-m", "local_aws", "down", "--folder", str(root / ".work/local-aws"))


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--check", "."),
        ("ruff", "check", "."),
        ("mypy", *FOLDERS, *TESTS),
        ("pytest", "-q", *TESTS, "tests/test_requirements.py", "tests/test_stacks.py"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_it_passes(clone: Clone, command: tuple[str, ...]) -> None:
    done = clone.run(sys.executable, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_not_written_over(clone: Clone) -> None:
    path = clone.root / "examples" / NAME / "example.toml"
    path.write_text(f"{path.read_text()}\n# mine\n")
    again = make_new(clone)
    assert again.returncode == 2
    assert f"given {NAME}, but examples/{NAME} exists" in again.stderr
    assert path.read_text().endswith("# mine\n")


def test_its_demo_ends_with_a_prod_endpoint_that_answers(clone: Clone) -> None:
    released = clone.demo()
    assert released.returncode == 0, released.stdout + released.stderr
    assert f"mlops-{NAME}-prod: InService" in released.stdout
    assert clone.gate_report("ProdTest")["metrics"]["accuracy"]["model"]["value"] > 0.9
    [probabilities] = clone.predictions(released)
    assert sum(probabilities) == pytest.approx(1)
