"""What the demo pushes: the files as they are, and the checkout stays as it was."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from local_aws.git import GitServer
from mlops.demo.checkout import Checkout
from mlops.demo.processes import Processes


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
