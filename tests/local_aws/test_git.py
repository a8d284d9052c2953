"""The stand-in for GitHub: what a pipeline's Source action reads."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local_aws.git import GitServer
from local_aws.git_command import GitError

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05+00:00",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=os.environ | IDENTITY,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("run.sh")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Subject\n\nBody")
    return folder


@pytest.fixture
def server(tmp_path: Path) -> GitServer:
    return GitServer(tmp_path / "aws")


def test_a_pushed_branch_resolves_to_its_commit(server: GitServer, work_tree: Path) -> None:
    git(work_tree, "push", "--quiet", str(server.repository("acme/app")), "main")
    commit = server.resolve("acme/app", "main")
    assert commit.commit_id == git(work_tree, "rev-parse", "HEAD")
    assert (commit.message, commit.author, commit.author_email) == (
        "Subject\n\nBody",
        "Ada",
        "ada@example.com",
    )
    assert commit.authored_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_the_archive_holds_the_commit_with_modes_and_links_and_no_history(
    server: GitServer, work_tree: Path
) -> None:
    git(work_tree, "push", "--quiet", str(server.repository("acme/app")), "main")
    commit = server.resolve("acme/app", "main")
    (work_tree / "later.txt").write_text("not in the commit")
    archive = zipfile.ZipFile(io.BytesIO(server.archive("acme/app", commit.commit_id)))
    assert sorted(archive.namelist()) == ["link", "run.sh"]
    assert archive.getinfo("run.sh").external_attr >> 16 & 0o777 == 0o755
    assert archive.getinfo("link").external_attr >> 16 & 0o170000 == 0o120000


def test_a_repository_asked_for_twice_is_the_same(server: GitServer, work_tree: Path) -> None:
    git(work_tree, "push", "--quiet", str(server.repository("acme/app")), "main")
    assert git(server.repository("acme/app"), "rev-parse", "main") == git(work_tree, "rev-parse", "HEAD")


def test_the_environment_of_a_git_hook_does_not_redirect_it(
    server: GitServer, work_tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(work_tree, "push", "--quiet", str(server.repository("acme/app")), "main")
    monkeypatch.setenv("GIT_DIR", str(work_tree / "nowhere"))
    assert server.resolve("acme/app", "main").author == "Ada"


def test_a_missing_repository_says_how_to_push_it(server: GitServer) -> None:
    with pytest.raises(GitError, match=r"no repository acme/app\. .*git push"):
        server.resolve("acme/app", "main")


def test_a_missing_branch_names_those_there_are(server: GitServer, work_tree: Path) -> None:
    git(work_tree, "push", "--quiet", str(server.repository("acme/app")), "main:develop", "main:next")
    with pytest.raises(GitError, match=r"no branch main \(it has: develop, next\)\. Push it: git push"):
        server.resolve("acme/app", "main")


def test_an_empty_repository_has_no_branch(server: GitServer) -> None:
    server.repository("acme/app")
    with pytest.raises(GitError, match=r"it has: none"):
        server.resolve("acme/app", "main")


@pytest.mark.parametrize("commit_id", ["0" * 40, "main", "--output=/tmp/x"])
def test_a_missing_commit_is_refused(server: GitServer, commit_id: str) -> None:
    server.repository("acme/app")
    with pytest.raises(GitError, match="commit"):
        server.archive("acme/app", commit_id)


def test_the_changes_of_a_push_are_those_of_every_commit_in_it(server: GitServer, work_tree: Path) -> None:
    old = git(work_tree, "rev-parse", "HEAD")
    git(work_tree, "switch", "--quiet", "--create", "side")
    (work_tree / "a file, größer.txt").write_text("x")
    git(work_tree, "add", ".")
    git(work_tree, "commit", "--quiet", "-m", "Add")
    git(work_tree, "mv", "run.sh", "start.sh")
    git(work_tree, "commit", "--quiet", "-m", "Rename")
    git(work_tree, "switch", "--quiet", "main")
    git(work_tree, "merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    git(work_tree, "push", "--quiet", str(server.repository("acme/app")), "main")
    new = git(work_tree, "rev-parse", "HEAD")
    assert server.changed_files("acme/app", old, new) == ["a file, größer.txt", "run.sh", "start.sh"]
    assert server.changed_files("acme/app", new, new) == []
    with pytest.raises(GitError, match="has no commit"):
        server.changed_files("acme/app", "1" * 40, new)


@pytest.mark.parametrize("name", ["app", "../app", "acme/..", "acme/a/b", "acme/", "-c/app"])
def test_a_name_that_leaves_the_folder_is_refused(server: GitServer, name: str) -> None:
    with pytest.raises(GitError, match="Name it owner/name"):
        server.repository(name)


def test_without_git_the_remedy_is_to_install_it(server: GitServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match="Install it"):
        server.repository("acme/app")
