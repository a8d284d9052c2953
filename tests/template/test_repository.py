"""A repository of one's own: what ``mlops init`` writes, and that a failure leaves nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.commands import mlops

ROOT = Path(__file__).parents[2]
WHEELS = ("sagemaker_mlops_cdktf", "sagemaker_local_aws", "sagemaker_recordio")
OTHERS = {
    "123456789012": "210987654321",
    "eu-west-1": "us-east-1",
    'project = "my-team"': 'project = "acme"',
    "your-organisation": "acme",
    "ml-team@example.com": "someone@example.org",
}

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("somewhere")
    done = mlops("init", "my-team", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cd my-team && make demo" in done.stdout
    return folder / "my-team"


def owned(repository: Path) -> list[Path]:
    """What is in git, but for what commands write: locks, wheels, snapshots."""
    listed = git(repository, "ls-files").splitlines()
    written = re.compile(r"wheels/|tests/snapshots/|requirements(-dev)?\.txt$")
    return [repository / name for name in listed if not written.match(name)]


def git(repository: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout


def run(repository: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def run_make(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", *arguments]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)


def test_it_is_in_git_and_nothing_is_left_to_commit(repository: Path) -> None:
    assert git(repository, "log", "--format=%s").splitlines() == ["Start with mlops init"]
    assert git(repository, "branch", "--show-current").strip() == "main"
    assert git(repository, "status", "--porcelain") == ""


def test_it_is_small(repository: Path) -> None:
    files = owned(repository)
    assert len(files) < 30
    workflows = [file for file in files if ".github" in file.parts]
    lines = [line for file in files for line in file.read_text().splitlines() if line.strip()]
    kept_up_to_date = [line for file in workflows for line in file.read_text().splitlines() if line.strip()]
    assert len(lines) - len(kept_up_to_date) < 400


def test_none_of_it_is_a_copy_of_the_library(repository: Path) -> None:
    sizes = {path.stat().st_size for path in (ROOT / "constructs/mlops").rglob("*.py")}
    bodies = {path.read_bytes() for path in owned(repository) if path.stat().st_size in sizes}
    assert not bodies & {path.read_bytes() for path in (ROOT / "constructs/mlops").rglob("*.py")}


def test_its_requirements_name_the_library_with_its_hash_and_no_index(repository: Path) -> None:
    for name, extras in (("requirements", "gate,train"), ("requirements-dev", "local")):
        wanted = f"sagemaker-mlops-cdktf[{extras}]=={version('sagemaker-mlops-cdktf')}"
        assert wanted in (repository / f"{name}.in").read_text().splitlines()
        lock = (repository / f"{name}.txt").read_text()
        assert "index-url" not in lock
        assert "http" not in lock
        pins = re.findall(r"^[a-z0-9.-]+==[^\n]*\n {4}(--hash=sha256:[0-9a-f]{64})", lock, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z0-9.-]+==", lock, re.MULTILINE)) > 50


def test_until_an_index_has_them_it_holds_the_librarys_wheels(repository: Path) -> None:
    found = sorted(path.name.partition("-")[0] for path in (repository / "wheels").iterdir())
    assert found == sorted(WHEELS)
    assert "--find-links wheels" in (repository / "requirements.txt").read_text().splitlines()


@pytest.mark.parametrize(
    "command", [("ruff", "format", "--check", "."), ("ruff", "check", "."), ("pytest", "-q")]
)
def test_its_own_checks_pass(repository: Path, command: tuple[str, ...]) -> None:
    done = run(repository, *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_tests_pass_with_other_valid_settings(repository: Path) -> None:
    settings = repository / "mlops.toml"
    shipped = settings.read_text()
    settings.write_text(re.sub("|".join(OTHERS), lambda found: OTHERS[found[0]], shipped))
    assert not [given for given in OTHERS if given in settings.read_text()]
    done = run(repository, "pytest", "-q")
    settings.write_text(shipped)
    assert done.returncode == 0, done.stdout


def test_another_model_is_added(repository: Path) -> None:
    done = mlops("new", "churn", cwd=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (repository / "tests/snapshots/churn-prod.json").exists()
    tests = run(repository, "pytest", "-q")
    git(repository, "reset", "--quiet", "--hard")
    git(repository, "clean", "-qfd")
    assert tests.returncode == 0, tests.stdout


def test_newer_workflows_come_as_a_diff(repository: Path) -> None:
    plan = repository / ".github/workflows/plan.yml"
    newest = plan.read_text()
    plan.write_text("# of an older library\n")
    refused = mlops("init", "--update", cwd=repository)
    assert refused.returncode == 2
    assert (
        ".github/workflows/plan.yml: given changes; allowed: nothing that is in no commit" in refused.stderr
    )
    assert plan.read_text() == "# of an older library\n"
    git(repository, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-qam", "Older")
    done = mlops("init", "--update", cwd=repository)
    git(repository, "reset", "--quiet", "--hard", "HEAD^")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("  .github/workflows/plan.yml\nSee what is new: git diff")
    assert plan.read_text() == newest
    assert "is as the installed library has it" in mlops("init", "--update", cwd=repository).stdout


def test_the_workflows_are_those_of_this_repository(repository: Path) -> None:
    for name in ("plan.yml", "drift.yml"):
        ours = (ROOT / ".github/workflows" / name).read_text().splitlines()[1:]
        assert (repository / ".github/workflows" / name).read_text().splitlines()[1:] == ours


def test_within_a_git_repository_it_is_no_repository_of_its_own(tmp_path: Path, repository: Path) -> None:
    git(tmp_path, "init", "--quiet")
    done = mlops("init", "my-team", "--wheels", str(repository / "wheels"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "within another git repository" in done.stdout
    assert not (tmp_path / "my-team/.git").exists()


def test_a_clone_of_an_empty_repository_gets_its_first_commit(tmp_path: Path, repository: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
    git(tmp_path, "clone", "--quiet", "origin.git", "my-team")
    done = mlops("init", "my-team", "--wheels", str(repository / "wheels"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "within another git repository" not in done.stdout
    clone = tmp_path / "my-team"
    assert git(clone, "log", "--format=%s").splitlines() == ["Start with mlops init"]
    assert git(clone, "status", "--porcelain") == ""
    git(clone, "push", "--quiet", "origin", "HEAD")


def test_a_clone_whose_hook_refuses_the_commit_is_left_empty(tmp_path: Path, repository: Path) -> None:
    git(tmp_path, "init", "--quiet")
    hook = tmp_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2; exit 1\n")
    hook.chmod(0o755)
    wheels = tmp_path.parent / "wheels-of-the-repository"
    wheels.symlink_to(repository / "wheels")
    done = mlops("init", "--wheels", str(wheels), cwd=tmp_path)
    assert done.returncode == 1
    assert "not today" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".git"]
    assert git(tmp_path, "status", "--porcelain") == ""


def test_make_lock_takes_the_newest_but_for_what_the_library_pins(repository: Path) -> None:
    pin = re.compile(r"^pydantic==.*(?:\n    .*)*", re.MULTILINE)
    lock = repository / "requirements.txt"
    shipped = lock.read_text()
    assert pin.search(shipped)
    lock.write_text(pin.sub("pydantic==2.7.0", shipped))
    done = mlops("lock", cwd=repository / "examples")
    written = lock.read_text()
    git(repository, "checkout", "--quiet", ".")
    assert done.returncode == 0, done.stderr
    assert written == shipped


def test_a_lock_needs_the_files_that_it_is_written_of(tmp_path: Path) -> None:
    (tmp_path / "mlops.toml").touch()
    done = mlops("lock", cwd=tmp_path)
    assert done.returncode == 2
    assert "lock: requirements.in: given nothing" in done.stderr
    assert "lock: requirements-dev.in: given nothing" in done.stderr


def test_its_makefile_repeats_nothing_of_the_lock(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text()
    assert "pip compile" not in makefile
    asked = run_make(repository, "--dry-run", "-o", "setup", "lock")
    assert asked.stdout.strip() == ".venv/bin/mlops lock"


def test_its_setup_refuses_an_older_python(repository: Path, tmp_path: Path) -> None:
    old = tmp_path / "python"
    program = "import sys; sys.version_info = (3, 10, 1); sys.version = '3.10.1 (main)'; exec(sys.argv[1])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{program}" "$2"\n')
    old.chmod(0o755)
    done = run_make(repository, "setup", f"PYTHON={old}")
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed" in done.stderr
    assert not (repository / ".venv").exists()


def test_a_folder_with_something_in_it_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = mlops("init", cwd=tmp_path)
    assert done.returncode == 2
    assert f"init: FOLDER: given {tmp_path}, which has notes.txt; allowed: an empty one" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--model", "My Model"), 2, "new: NAME: given My Model; allowed: 2 to 20 characters"),
        (("--wheels", "."), 2, "which has 0 of sagemaker-mlops-cdktf; allowed: one of each"),
        (("--wheels", "broken"), 1, "requirements.txt cannot be written."),
    ],
)
def test_a_failure_leaves_nothing(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    (tmp_path / "broken").mkdir()
    for name in WHEELS:
        (tmp_path / "broken" / f"{name}-0.1.0-py3-none-any.whl").write_bytes(b"no wheel")
    done = mlops("init", "my-team", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]
