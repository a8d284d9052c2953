"""Signals, and the approval at a terminal: the demo ends with a sentence and leaves nothing running."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mlops.toolchain import terraform_environment
from tests.demo.processes import running_in
from tests.project import clone_project

ROOT = Path(__file__).parents[2]
DATA = Path("examples/movielens/data")
TIMEOUT_SECONDS = 600
CTRL_C = b"\x03"


class Terminal:
    """The demo in the foreground of a terminal, in a session of its own."""

    def __init__(self, project: Path, *command: str) -> None:
        self.text = ""
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(project)
            os.execvpe(command[0], command, environment)  # noqa: S606 - the project's own command

    def wait_for(self, pattern: str) -> None:
        """Read until the pattern has appeared."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not re.search(pattern, self.text, re.DOTALL):
            assert time.monotonic() < deadline, self.text[-3000:]
            assert self._read(), self.text[-3000:]

    def type(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._terminal)
        assert "Traceback" not in self.text
        return code

    def _read(self) -> bool:
        """Whether the demo still lives, after reading what it has written within a second."""
        if not select.select([self._terminal], [], [], 1.0)[0]:
            return True
        try:
            read = os.read(self._terminal, 65536)
        except OSError:  # Linux's answer once the other end is closed.
            return False
        self.text += read.decode(errors="replace")
        return bool(read)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the project with the training data."""
    folder = tmp_path_factory.mktemp("clone") / "project"
    clone_project(folder, "--shared")
    if (ROOT / DATA).is_dir():
        shutil.copytree(ROOT / DATA, folder / DATA)
    return folder


def demo(project: Path, *options: str) -> Terminal:
    return Terminal(project, sys.executable, "-m", "mlops", "demo", "movielens", *options)


def interrupted(
    project: Path, log: str, words: str, number: signal.Signals, to_group: bool, *command: str
) -> tuple[int, str]:
    """The exit code and words of a command that gets a signal once the log has the words."""
    path = project / ".work" / log
    path.unlink(missing_ok=True)
    process = subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (path.exists() and words in path.read_text()):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (os.killpg if to_group else os.kill)(process.pid, number)
    said, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    return process.returncode, said


# Each finds the folder as the one before has left it.
@pytest.mark.parametrize(
    ("log", "words", "number", "to_group"),
    [
        pytest.param("local-aws/server.log", "", signal.SIGINT, False, id="while the local AWS starts"),
        pytest.param("logs/synth.log", "", signal.SIGTERM, True, id="during synthesis"),
        pytest.param("logs/bootstrap.log", "Creating...", signal.SIGINT, True, id="during an apply"),
        pytest.param("logs/bootstrap.log", "Creating...", signal.SIGHUP, False, id="during an apply again"),
        pytest.param(
            "logs/movielens-init.log", "Creating...", signal.SIGTERM, False, id="during two applies"
        ),
    ],
)
def test_a_signal_ends_everything(
    project: Path, log: str, words: str, number: signal.Signals, to_group: bool
) -> None:
    code, said = interrupted(
        project, log, words, number, to_group, sys.executable, "-m", "mlops", "demo", "movielens"
    )
    assert code == 130, said
    assert said.endswith("Interrupted: everything that was started has been stopped.\n")
    assert "Traceback" not in said
    assert running_in(project) == []
    assert list(project.rglob("*.tfstate.lock.info")) == []
    terraform = "".join(file.read_text() for file in project.glob(".work/logs/*.log"))
    assert "Two interrupts received" not in terraform
    assert "Error releasing the state lock" not in terraform
    assert "Failed to persist state" not in terraform


def test_ctrl_c_ends_make_demo(project: Path) -> None:
    # The virtualenv in which the tests run is as good as the one that make would make.
    make = ("make", "demo", f"VENV={sys.prefix}", "--old-file", f"{sys.prefix}/.ready")
    code, said = interrupted(project, "logs/synth.log", "", signal.SIGINT, True, *make)
    assert code != 0
    assert "Interrupted: everything that was started has been stopped." in said
    assert "Traceback" not in said
    assert running_in(project) == []


def test_ctrl_c_at_the_start_ends_without_a_traceback(project: Path) -> None:
    asked = Terminal(project, sys.executable, "-X", "importtime", "-m", "mlops", "demo")
    asked.wait_for("typer")
    asked.type(CTRL_C)
    assert asked.end() == 130
    assert "Interrupted: nothing had been started." in asked.text


def test_what_a_person_decides_at_the_terminal_happens(project: Path) -> None:
    """Twice on one local AWS: refused, then approved and interrupted while PROD is deployed."""
    folder = str(project / ".work/local-aws")
    up = [sys.executable, "-m", "local_aws", "up", "--background", "--port", "0", "--folder", folder]
    # As the demo starts it: builds find a provider and the project's packages.
    environment = {**terraform_environment(), "PYTHONPATH": f"{project}:{project / 'constructs'}"}
    subprocess.run(up, cwd=project, env=environment, check=True, capture_output=True)

    refused = demo(project, "--approve", "ask")
    refused.wait_for(r"Apply this plan to PROD\?")
    assert re.search(r"Release movielens to PROD\?.*PASSED: accuracy 0\.7", refused.text, re.DOTALL)
    assert "5 added; nothing is lost for good." in refused.text
    refused.type(b"n\n")
    assert refused.end() == 1
    assert "PROD / Approve failed" in refused.text

    approved = demo(project, "--approve", "ask")
    approved.wait_for(r"Apply this plan to PROD\?")
    approved.type(b"y\n")
    approved.wait_for(r"Apply this plan to PROD\?.*Deploy.*Approve.*Deploy")
    approved.type(CTRL_C)
    assert approved.end() == 130
    assert "Interrupted: everything that was started has been stopped." in approved.text
    assert running_in(project) == []
