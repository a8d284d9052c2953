"""What the demo pushes: the files as they are, and the checkout stays as it was."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from local_aws.git import GitServer
from mlops.demo.checkout import Checkout
from mlops.toolchain.processes import Processes


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / ".gitignore").write_text("ignored\n")
    for name in ("kept", "changed", "removed", "ignored"):
        (folder / name).write_text(name)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Start")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return GitServer(tmp_path).repository("acme/app")


def push(project: Path, repository: Path) -> str:
    checkout = Checkout(project, Processes())
    checkout.check()
    return checkout.push(repository, "main")


def test_a_clean_checkouts_last_commit_is_pushed(project: Path, repository: Path) -> None:
    assert push(project, repository) == f"commit {git(project, 'rev-parse', '--short', 'HEAD')}"
    assert git(repository, "rev-parse", "main") == git(project, "rev-parse", "HEAD")


def test_uncommitted_changes_go_along_and_stay_uncommitted(
    project: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "changed").write_text("anew")
    (project / "removed").unlink()
    (project / "new").write_text("new")
    before = (git(project, "status", "--porcelain"), git(project, "log", "--all", "--oneline"))
    # Nor does it take a user's name.
    monkeypatch.setenv("HOME", os.devnull)
    assert push(project, repository).endswith(" and 3 uncommitted change(s)")
    assert git(repository, "ls-tree", "--name-only", "main").split() == [
        ".gitignore",
        "changed",
        "kept",
        "new",
    ]
    assert git(repository, "show", "main:changed") == "anew"
    assert git(repository, "rev-parse", "main^") == git(project, "rev-parse", "HEAD")
    assert (git(project, "status", "--porcelain"), git(project, "log", "--all", "--oneline")) == before


@pytest.fixture
def folder(project: Path) -> Path:
    """A project that is a folder of a monorepo, with a file beside it."""
    own = project / "teams" / "ml"
    own.mkdir(parents=True)
    (own / "main.py").write_text("first")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "Add the team's project")
    return own


def test_of_a_monorepo_the_folder_alone_is_pushed(folder: Path, repository: Path) -> None:
    (folder.parents[1] / "changed").write_text("not of this project")
    assert "uncommitted" not in push(folder, repository)
    assert git(repository, "ls-tree", "-r", "--name-only", "main") == "main.py"
    first = git(repository, "rev-parse", "main")
    push(folder, repository)
    assert git(repository, "rev-parse", "main") == first


def test_of_a_monorepo_uncommitted_changes_of_the_folder_go_along(folder: Path, repository: Path) -> None:
    (folder / "new").write_text("new")
    (folder.parents[1] / "other").write_text("not of this project")
    assert push(folder, repository).endswith(" and 1 uncommitted change(s)")
    assert git(repository, "ls-tree", "-r", "--name-only", "main").split() == ["main.py", "new"]


def test_what_a_person_pushes_of_a_monorepo_continues_the_base(folder: Path, repository: Path) -> None:
    checkout = Checkout(folder, Processes())
    base = checkout.push_base(repository, "main")
    (folder / "main.py").write_text("second")
    git(folder, "commit", "--quiet", "--all", "--message", "Change it")
    command = checkout.push_command(str(repository), "main")
    subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True)
    assert git(repository, "show", "main:main.py") == "second"
    assert git(repository, "rev-parse", "main^").startswith(base)
