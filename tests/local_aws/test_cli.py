"""``python -m local_aws`` as a person uses it."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws.faults import reason, sentence


def local_aws(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with these variables in its environment."""
    return subprocess.run(
        [sys.executable, "-m", "local_aws", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"COLUMNS": "200"} | variables,
    )


def url(exports: str) -> str:
    found = re.search(r"^export AWS_ENDPOINT_URL=(\S+)$", exports, re.MULTILINE)
    assert found, exports
    return found[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The work folder of a local AWS in the background."""
    path = tmp_path_factory.mktemp("work") / "local aws"
    started = local_aws("up", "--background", "--port", "0", "--folder", path)
    assert started.returncode == 0, started.stderr
    yield path
    local_aws("down", "--folder", path)


def test_the_environment_it_prints_leads_a_shell_to_it(folder: Path) -> None:
    exports = local_aws("env", "--folder", folder).stdout
    call = f"{sys.executable} -m awscli sts get-caller-identity --query Account --output text"
    shell = subprocess.run(
        ["bash", "-c", f"{exports}\n{call}"],
        env=os.environ | {"AWS_PROFILE": "elsewhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shell.stdout.strip() == "123456789012", shell.stderr


def test_the_environment_of_another_account_leads_there(folder: Path) -> None:
    shown = local_aws(
        "env", "--account-id", "210987654321", "--region", "eu-central-1", "--folder", folder
    ).stdout
    assert "export AWS_ACCESS_KEY_ID=210987654321\n" in shown
    assert "export AWS_DEFAULT_REGION=eu-central-1\n" in shown


def test_no_environment_is_printed_of_what_is_no_account_and_no_region(folder: Path) -> None:
    refused = local_aws("env", "--account-id", "12", "--region", "Frankfurt", "--folder", folder)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert [line.split(":")[0] for line in refused.stderr.splitlines()] == ["account-id", "region"]


def test_status_of_an_empty_one_says_so(folder: Path) -> None:
    shown = local_aws("status", "--folder", folder)
    assert shown.returncode == 0
    assert "Local AWS at http://127.0.0.1:" in shown.stdout
    assert "Nothing has been deployed to it." in shown.stdout


def test_a_second_one_in_the_same_folder_is_refused(folder: Path) -> None:
    refused = local_aws("up", "--port", "0", "--folder", folder)
    assert refused.returncode == 1
    assert re.search(r"runs in .* already at http://127\.0\.0\.1:\d+ .*down --folder", refused.stderr)


def test_a_log_that_does_not_exist_is_refused(folder: Path) -> None:
    refused = local_aws("logs", "nothing", "--folder", folder)
    assert refused.returncode == 2
    assert "no build, training job or endpoint nothing" in refused.stderr


@pytest.mark.parametrize("command", ["status", "env", "logs"])
def test_where_none_runs_the_remedy_is_to_start_one(command: str, tmp_path: Path) -> None:
    refused = local_aws(command, "--folder", tmp_path)
    assert refused.returncode == 1
    remedy = rf"No local AWS runs in {tmp_path}\. Start one: \S*local-aws up --folder {tmp_path}\n"
    assert re.fullmatch(remedy, refused.stderr)


@pytest.mark.parametrize("background", [[], ["--background"]])
def test_a_taken_port_is_said_with_the_remedy(background: list[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = local_aws("up", "--port", port, "--folder", tmp_path, *background)
    assert refused.returncode == 1
    assert (
        refused.stderr
        == f"Port {port} is taken. Choose another with --port, or --port 0 for any that is free.\n"
    )


def test_every_bad_argument_is_said_at_once(tmp_path: Path) -> None:
    images = tmp_path / "images.toml"
    images.write_text("[[image]]")
    bad = ["--host", "192.0.2.1", "--account-id", "12", "--region", "x", "--images", str(images)]
    refused = local_aws("up", *bad, "--folder", tmp_path)
    assert refused.returncode == 2
    assert "192.0.2.1 is not a loopback address" in refused.stderr
    assert "given 12; allowed: 12 digits" in refused.stderr
    assert "given x; allowed: an AWS region" in refused.stderr
    assert "images.toml: image.1.repository: given nothing" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = local_aws("up", "--folder", tmp_path / "file" / "folder")
    assert refused.returncode == 1
    assert re.fullmatch(r".*/file/folder.*: .*\. Name another --folder, or fix that one\.\n", refused.stderr)


def test_a_full_disk_is_said_with_the_remedy(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    assert (
        sentence(full, tmp_path, 1)
        == f"The disk of {tmp_path} is full. Free space on it, or name another --folder."
    )
    assert reason(full).startswith("The disk is full on the machine of the local AWS.")


def test_a_signal_stops_it_and_frees_folder_and_port(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(
            [sys.executable, "-m", "local_aws", "up", "--port", "0", "--folder", tmp_path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr
        first = process.stderr.readline()
        assert "Ctrl-C stops it" in first, first
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "The local AWS has stopped.\n"), (number, first)
        host, port = url(output).removeprefix("http://").split(":")
        with socket.create_server((host, int(port))):
            pass
        assert local_aws("status", "--folder", tmp_path).returncode == 1


def test_one_that_was_killed_leaves_its_folder_free(tmp_path: Path) -> None:
    started = local_aws("up", "--background", "--port", "0", "--folder", tmp_path)
    pid = re.search(r'"pid": (\d+)', (tmp_path / "local-aws.json").read_text())
    assert pid, started.stderr
    os.kill(int(pid[1]), signal.SIGKILL)
    again = local_aws("up", "--background", "--port", "0", "--folder", tmp_path)
    assert again.returncode == 0, again.stderr
    stopped = local_aws("down", "--folder", tmp_path)
    assert stopped.stderr == f"The local AWS at {url(again.stdout)} has stopped.\n"


def test_stopping_where_none_runs_is_no_error(tmp_path: Path) -> None:
    stopped = local_aws("down", "--folder", tmp_path)
    assert stopped.returncode == 0
    assert "No local AWS runs" in stopped.stderr


def start_build(address: str, project: str, command: str) -> tuple[Any, str]:
    """A CodeBuild client, and the id of a build that runs one command."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    session = boto3.Session(region_name="eu-west-1", **keys)
    codebuild = session.client("codebuild", endpoint_url=address)
    codebuild.create_project(
        name=project,
        source={
            "type": "NO_SOURCE",
            "buildspec": f"version: 0.2\nphases: {{build: {{commands: [{command}]}}}}",
        },
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole="arn:aws:iam::123456789012:role/build",
    )
    return codebuild, codebuild.start_build(projectName=project)["build"]["id"]


def test_a_build_is_shown_and_its_log_printed(folder: Path) -> None:
    address = url(local_aws("env", "--folder", folder).stdout)
    codebuild, build = start_build(address, "greet", "echo hello-log")
    while codebuild.batch_get_builds(ids=[build])["builds"][0]["buildStatus"] == "IN_PROGRESS":
        time.sleep(0.2)
    assert re.search(rf"{build[:14]}.*SUCCEEDED", local_aws("status", "--folder", folder).stdout)
    listed = local_aws("logs", "--folder", folder).stdout.split()
    assert listed[0] == "build"
    assert build.startswith(listed[1])
    for name in ("greet", listed[1], build):
        assert "hello-log" in local_aws("logs", name, "--folder", folder).stdout


def test_a_terminal_of_80_columns_shows_names_that_can_be_copied(folder: Path) -> None:
    address = url(local_aws("env", "--folder", folder).stdout)
    project = "mlops-recommender-of-the-team-train"
    _, build = start_build(address, project, "true")
    for command in ("status", "logs"):
        shown = local_aws(command, "--folder", folder, COLUMNS="80").stdout
        assert max(map(len, shown.splitlines())) <= 80
        assert build[: len(project) + 9] in shown


def test_what_a_terminal_cannot_write_is_no_reason_to_fail(folder: Path) -> None:
    address = url(local_aws("env", "--folder", folder).stdout)
    codebuild, build = start_build(address, "signs", "'echo caf\u00e9 \u2192 bar'")
    while codebuild.batch_get_builds(ids=[build])["builds"][0]["buildStatus"] == "IN_PROGRESS":
        time.sleep(0.2)
    for command in (["logs", "signs"], ["logs"], ["status"], ["env"], ["--help"]):
        where = [] if command == ["--help"] else ["--folder", folder]
        shown = subprocess.run(
            [sys.executable, "-m", "local_aws", *map(str, [*command, *where])],
            capture_output=True,
            env=os.environ | {"PYTHONIOENCODING": "latin-1"},
            timeout=120,
            check=False,
        )
        assert (shown.returncode, shown.stderr) == (0, b""), command
        if command == ["logs", "signs"]:
            assert "caf\u00e9 ? bar" in shown.stdout.decode("latin-1")


def test_help_shows_examples() -> None:
    shown = local_aws("--help", COLUMNS="80").stdout
    assert '  eval "$(local-aws up --background)" ' in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_no_process_of_a_build_survives_the_end(tmp_path: Path) -> None:
    work, child = tmp_path / "work", tmp_path / "child"
    started = local_aws("up", "--background", "--port", "0", "--folder", work)
    start_build(url(started.stdout), "endless", f"bash -c 'echo $$ > {child}; sleep 600'")
    while not (child.exists() and child.read_text().strip()):
        time.sleep(0.1)
    assert local_aws("down", "--folder", work).returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.read_text()), 0)
