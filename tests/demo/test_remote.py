"""The remote that ``mlops up`` sets in the user's checkout, and the base that pushes are compared with."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from local_aws.git import GitServer
from mlops.demo.checkout import Checkout, ForeignRemoteError
from mlops.toolchain.processes import Processes


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ann Dev", "-c", "user.email=ann@example.com")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Start")
    return folder


@pytest.fixture
def server(tmp_path: Path) -> GitServer:
    return GitServer(tmp_path / "work")


def set_remote(project: Path, repository: Path, ours: Path) -> str:
    return Checkout(project, Processes()).set_remote("local", repository, ours)


def test_the_remote_is_added_once_and_follows_the_settings(
    project: Path, server: GitServer, tmp_path: Path
) -> None:
    first, second = server.repository("acme/app"), server.repository("acme/other")
    assert set_remote(project, first, tmp_path / "work") == "local added to this checkout"
    assert set_remote(project, first, tmp_path / "work") == "local"
    assert set_remote(project, second, tmp_path / "work") == f"local changed, was {first}"
    assert git(project, "remote", "get-url", "local") == str(second)


@pytest.mark.parametrize("url", ["https://github.com/acme/app.git", "/srv/git/app.git"])
def test_a_remote_that_leads_elsewhere_is_left_alone(
    project: Path, server: GitServer, tmp_path: Path, url: str
) -> None:
    git(project, "remote", "add", "local", url)
    with pytest.raises(ForeignRemoteError, match=url):
        set_remote(project, server.repository("acme/app"), tmp_path / "work")
    assert git(project, "remote", "get-url", "local") == url


def test_the_base_is_pushed_once(project: Path, server: GitServer) -> None:
    repository, checkout = server.repository("acme/app"), Checkout(project, Processes())
    base = git(project, "rev-parse", "HEAD")
    assert checkout.push_base(repository, "main") == base[:12]
    git(project, "commit", "--quiet", "--allow-empty", "--message", "Later")
    assert checkout.push_base(repository, "main") == base[:12]
    server.delete_branch("acme/app", "main")
    assert checkout.push_base(repository, "main") == git(project, "rev-parse", "HEAD")[:12]
