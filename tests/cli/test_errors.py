"""How commands end: in a sentence with the remedy, and with the documented exit code."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import botocore.exceptions
import pytest

from mlops.cli.errors import sentence_of
from tests.cli.commands import NO_CREDENTIALS, mlops, project

IN_A_PROJECT = ("demo", "up", "down", "doctor", "plan", "releases", "rollback", "monitor")
OF_AN_EXAMPLE = ("demo", "releases", "rollback", "monitor")
OF_AWS = ("releases", "monitor")


@pytest.mark.parametrize("command", IN_A_PROJECT)
def test_outside_a_project_the_remedy_is_to_change_folders(tmp_path: Path, command: str) -> None:
    done = mlops(command, cwd=tmp_path)
    assert done.returncode == (1 if command == "plan" else 2)
    assert f"given {tmp_path}; allowed: a folder with mlops.toml" in done.stderr
    assert "mlops init FOLDER" in done.stderr


@pytest.mark.parametrize("command", OF_AN_EXAMPLE)
def test_of_several_examples_none_is_guessed(tmp_path: Path, command: str) -> None:
    done = mlops(command, cwd=project(tmp_path, "churn", "fraud"))
    assert done.returncode == 2
    assert (
        done.stderr
        == f"{command}: EXAMPLE: given nothing; allowed: one of churn, fraud. Name one of these.\n"
    )


@pytest.mark.parametrize("command", [*OF_AN_EXAMPLE, "up", "doctor", "plan"])
def test_without_any_example_the_remedy_is_to_write_one(tmp_path: Path, command: str) -> None:
    done = mlops(command, cwd=project(tmp_path))
    assert done.returncode == (1 if command == "plan" else 2)
    assert "there is none. Write one: mlops new NAME" in done.stderr


def test_the_only_example_needs_no_name_from_any_folder_of_the_project(tmp_path: Path) -> None:
    done = mlops("releases", cwd=project(tmp_path, "churn") / "examples")
    assert done.returncode == 1
    assert "There are no usable AWS credentials" in done.stderr


@pytest.mark.parametrize("command", OF_AWS)
def test_without_credentials_the_remedy_is_told(tmp_path: Path, command: str) -> None:
    done = mlops(command, "churn", cwd=project(tmp_path, "churn"))
    assert done.returncode == (2 if command == "monitor" else 1)
    for remedy in ("aws sso login", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "mlops up"):
        assert remedy in done.stderr


def at_a_terminal(cwd: Path, keys: bytes) -> tuple[int, str]:
    """The exit code and what is shown of ``mlops releases`` where a person types ``keys`` when asked."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mlops", "releases"]
    environment = {**os.environ, **NO_CREDENTIALS, "TERM": "dumb"}
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = ""
    while True:
        try:
            read = os.read(ours, 65536).decode()
        except OSError:  # Linux's answer once the other end is closed.
            break
        shown += read
        if shown.rstrip().endswith(":"):
            os.write(ours, keys)
    os.close(ours)
    return process.wait(60), shown


def test_at_a_terminal_a_person_chooses_among_several_examples(tmp_path: Path) -> None:
    code, shown = at_a_terminal(project(tmp_path, "churn", "fraud"), b"fraud\n")
    assert "Which example [churn/fraud]:" in shown
    assert code == 1
    assert "There are no usable AWS credentials" in shown


def test_a_person_who_chooses_no_example_is_told_which_there_are(tmp_path: Path) -> None:
    code, shown = at_a_terminal(project(tmp_path, "churn", "fraud"), b"\x04")
    assert code == 2
    assert "allowed: one of churn, fraud" in shown
    assert "Traceback" not in shown


def test_without_the_local_aws_the_remedy_is_to_install_it(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['local_aws'] = None\n")
    done = mlops("demo", cwd=project(tmp_path, "churn"), PYTHONPATH=str(hidden))
    assert done.returncode == 1
    assert done.stderr == "local_aws is not installed. Run: pip install 'sagemaker-mlops-cdktf[local]'\n"


def test_a_profile_that_does_not_exist_is_told_with_the_remedy(tmp_path: Path) -> None:
    done = mlops("releases", cwd=project(tmp_path, "churn"), AWS_PROFILE="nobody")
    assert done.returncode == 1
    assert "nobody" in done.stderr
    assert "aws sso login" in done.stderr


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "UnrecognizedClientException"])
def test_credentials_that_aws_refuses_are_told_with_the_remedy(code: str) -> None:
    error = botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "No."}}, "ListObjectsV2")
    told = sentence_of(error)
    assert told is not None
    assert told.startswith(f"AWS refused ListObjectsV2: No. ({code})")
    assert "aws sso login" in told


def test_a_local_aws_that_has_ended_is_told_with_the_remedy(tmp_path: Path) -> None:
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_MAX_ATTEMPTS": "1"}
    ended = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", **credentials}
    done = mlops("releases", cwd=project(tmp_path, "churn"), **ended)
    assert done.returncode == 1
    assert "http://127.0.0.1:1" in done.stderr
    assert "correct AWS_ENDPOINT_URL" in done.stderr


def test_a_bug_is_no_sentence() -> None:
    assert sentence_of(KeyError("release")) is None


def test_every_sign_has_one_in_ascii_where_the_terminal_has_only_latin_1(tmp_path: Path) -> None:
    done = mlops("doctor", cwd=project(tmp_path, "churn"), PYTHONIOENCODING="latin-1")
    assert done.returncode == 1
    assert "x account" in done.stdout
    assert "?" not in done.stdout.splitlines()[-1]


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m mlops --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=os.environ, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
