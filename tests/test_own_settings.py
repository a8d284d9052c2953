"""A team fills in ``mlops.toml``, deletes examples that it does not want, and the tests hold: in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILLED_IN = """
project = "acme"

[aws]
account_id = "555566667777"
region = "us-east-2"
state_bucket = "acme-terraform"
state_bucket_exists = true

[environments.prod]
account_id = "888899990000"
region = "eu-central-1"

[source]
owner = "acme"
repository = "models"
branch = "trunk"
token_secret_arn = "arn:aws:secretsmanager:us-east-2:555566667777:secret:github-AbCdEf"
oidc_provider_exists = true

[approval]
email = "someone@acme.test"
plan_valid_hours = 72
"""
#: What synthesizes, reads settings or recorded manifests, and is quick.
SENSITIVE = (
    "tests/spec",
    "tests/stacks",
    "tests/constructs/test_monitoring_pipeline.py",
    "tests/gate/test_held_out.py",
    "tests/test_main.py",
    "tests/test_stacks.py",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository's own files, as they are in the working tree."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(lambda name: (ROOT / name).exists(), listed.splitlines()):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name, follow_symlinks=False)
    return tmp_path


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python there, apart from this run's workers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MLOPS"))}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=root, env=kept, capture_output=True, text=True, check=False)


def test_the_tests_hold_with_other_settings(copy: Path) -> None:
    (copy / "mlops.toml").write_text(FILLED_IN)
    done = run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tier", "check", *SENSITIVE
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


@pytest.mark.parametrize("deleted", ["movielens", "iris"])
def test_an_example_goes_with_its_tests_and_the_rest_holds(copy: Path, deleted: str) -> None:
    delete(copy, deleted)
    assert_collected(copy)
    synthesized = run(copy, "main.py")
    assert synthesized.returncode == 0, synthesized.stderr
    made = {folder.name for folder in (copy / "cdktf.out/stacks").iterdir()}
    kept = ({"movielens", "iris"} - {deleted}).pop()
    assert made == {"bootstrap", "github-actions", f"{kept}-init", f"{kept}-pipeline"}


def test_without_any_example_the_tests_are_collected_and_the_app_says_how_to_go_on(copy: Path) -> None:
    delete(copy, "movielens")
    delete(copy, "iris")
    assert_collected(copy)
    synthesized = run(copy, "main.py")
    assert synthesized.returncode == 2
    assert "Write an example: mlops new NAME" in synthesized.stderr


def delete(root: Path, example: str) -> None:
    """Remove an example with its training, its gate and the tests of these."""
    for folder in ("examples", "training", "endpoint_tests"):
        shutil.rmtree(root / folder / example)
        shutil.rmtree(root / "tests" / folder / example, ignore_errors=True)


def assert_collected(root: Path) -> None:
    done = run(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only")
    assert done.returncode == 0, done.stdout[-4000:]
