"""The pytest plugin in a repository of its own: its snapshots hold with any valid settings."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import PROJECT

ROOT = Path(__file__).parents[2]
TESTS = """
from mlops.testing import Stack, stack_names
from syrupy.assertion import SnapshotAssertion
from pathlib import Path

def test_a_stack_is_as_in_its_snapshot(each_stack: Stack, stack_snapshot: SnapshotAssertion) -> None:
    assert each_stack.content == stack_snapshot

def test_there_are_no_others(every_stack: dict[str, Stack]) -> None:
    assert set(every_stack) == set(stack_names(Path.cwd()))

def test_every_stack_keeps_the_rules(own_stacks: dict[str, Stack]) -> None:
    assert [problem for stack in own_stacks.values() for problem in stack.problems()] == []
    print("ACCOUNTS", sorted({stack.terraform["provider"]["aws"][0]["allowed_account_ids"][0]
                              for stack in own_stacks.values()}))
"""
OTHERS = {
    "123456789012": "210987654321",
    "eu-west-1": "us-east-1",
    'project = "mlops"': 'project = "acme"',
    "your-organisation": "acme",
    "ml-team@example.com": "someone@example.org",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    for name in ("main.py", "mlops.toml"):
        shutil.copy(PROJECT / name, root)
    ignored = shutil.ignore_patterns("data", "__pycache__")
    shutil.copytree(ROOT / "examples" / "iris", root / "examples" / "iris", ignore=ignored)
    (root / "tests").mkdir()
    (root / "tests/test_stacks.py").write_text(TESTS)
    (root / "pytest.ini").write_text("[pytest]\n")
    assert run(root, "--snapshot-update").returncode == 0
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_each_stack_has_a_snapshot(repository: Path) -> None:
    written = {file.stem for file in (repository / "tests/snapshots").glob("*.json")}
    assert written == {"bootstrap", "github-actions", "iris-init", "iris-pipeline", "iris-qa", "iris-prod"}


def test_the_snapshots_hold_with_other_valid_settings_and_the_rules_are_checked_with_those(
    repository: Path,
) -> None:
    settings = repository / "mlops.toml"
    shipped = settings.read_text()
    settings.write_text(re.sub("|".join(OTHERS), lambda found: OTHERS[found[0]], shipped))
    assert settings.read_text() != shipped
    done = run(repository)
    settings.write_text(shipped)
    assert done.returncode == 0, done.stdout
    assert "ACCOUNTS ['210987654321']" in done.stdout


def test_a_change_of_a_stack_is_seen(repository: Path) -> None:
    settings = repository / "examples/iris/example.toml"
    shipped = settings.read_text()
    settings.write_text(shipped.replace("instance_count = 2", "instance_count = 3"))
    assert settings.read_text() != shipped
    done = run(repository)
    settings.write_text(shipped)
    assert done.returncode == 1
    assert "test_a_stack_is_as_in_its_snapshot[iris-prod]" in done.stdout


def test_bad_settings_are_named_without_a_traceback_of_the_app(repository: Path) -> None:
    settings = repository / "mlops.toml"
    shipped = settings.read_text()
    settings.write_text(shipped.replace('account_id = "123456789012"', 'account_id = "12"'))
    done = run(repository, "-k", "rules")
    settings.write_text(shipped)
    assert done.returncode == 1
    assert "mlops.toml: aws.account_id: given '12'" in done.stdout
