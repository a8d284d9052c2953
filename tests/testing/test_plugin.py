"""The pytest plugin in a repository of its own: its snapshots hold with any valid settings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlops.builds.library import library_archive
from tests.project import PROJECT

ROOT = Path(__file__).parents[2]
TESTS = """
from mlops.testing import Stack
from syrupy.assertion import SnapshotAssertion

def test_a_stack_is_as_in_its_snapshot(each_stack: Stack, stack_snapshot: SnapshotAssertion) -> None:
    assert each_stack.content == stack_snapshot

def test_every_stack_keeps_the_rules(own_stacks: dict[str, Stack]) -> None:
    assert [problem for stack in own_stacks.values() for problem in stack.problems()] == []
    print("ACCOUNTS", sorted({stack.terraform["provider"]["aws"][0]["allowed_account_ids"][0]
                              for stack in own_stacks.values()}))
"""
OWN_STACK = """
from mlops.stacks import ExampleStack

def add_stacks(app, settings, release):
    ExampleStack(app, "reports", settings)
"""
# In place of an environment without these distributions.
WITHOUT = """
import importlib.machinery
found = importlib.machinery.PathFinder.find_spec
left_out = {names}
importlib.machinery.PathFinder.find_spec = classmethod(
    lambda cls, name, *rest: None if name.partition(".")[0] in left_out else found(name, *rest)
)
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


def run(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


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


def test_a_snapshot_holds_with_another_version_of_the_library(repository: Path) -> None:
    text = (repository / "tests/snapshots/iris-pipeline.json").read_text()
    assert "/(digest of the library)/(archive of the library)" in text
    assert library_archive().name not in text


def test_an_examples_own_stack_is_held_to_a_snapshot_as_well(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(repository, root)
    (root / "examples/iris/own.py").write_text(OWN_STACK)
    declared = root / "examples/iris/stacks.py"
    declaration = declared.read_text().replace(
        "EXAMPLE = Example(", 'EXAMPLE = Example(own_stacks="examples.iris.own:add_stacks",'
    )
    declared.write_text(declaration)
    missing = run(root)
    assert missing.returncode == 1
    assert "test_a_stack_is_as_in_its_snapshot[iris-reports]" in missing.stdout
    assert run(root, "--snapshot-update").returncode == 0
    assert (root / "tests/snapshots/iris-reports.json").exists()
    done = run(root)
    assert done.returncode == 0, done.stdout


def test_an_app_that_fails_is_told_without_the_plugins_traceback(repository: Path) -> None:
    main = repository / "main.py"
    shipped = main.read_text()
    main.write_text("raise SystemExit('no stacks today')")
    done = run(repository)
    main.write_text(shipped)
    assert done.returncode == 2
    assert "no stacks today" in done.stdout
    assert "fixtures.py" not in done.stdout


@pytest.mark.parametrize("missing", ["syrupy", "cdktf", "cdktf_cdktf_provider_aws"])
def test_where_a_package_is_missing_other_tests_run_and_there_are_no_fixtures(
    tmp_path: Path, missing: str
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(WITHOUT.format(names={missing}))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    # Syrupy's own plugin is not there either where syrupy is not.
    options = ["-p", "no:syrupy", "-p", "no:xdist"] if missing == "syrupy" else []
    done = run(tmp_path, *options, PYTHONPATH=str(tmp_path / "site"))
    assert done.returncode == 0, done.stdout + done.stderr
    listed = run(tmp_path, "--fixtures", *options, PYTHONPATH=str(tmp_path / "site"))
    assert "every_stack" not in listed.stdout
    assert "every_stack" in run(tmp_path, "--fixtures").stdout
