"""The one runner of Terraform: its words, its log, and an interrupt that lets it save its state."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mlops.toolchain.processes import Processes
from mlops.toolchain.terraform_cli import TerraformCli, TerraformError

FAILS = "#!/bin/sh\necho progress\necho 'Error: no such state' >&2\nexit 1\n"
# Saves its state when it is interrupted, as the real one does; at a second interrupt it gives up.
SAVES = f"""#!{sys.executable}
import signal, time
from pathlib import Path
interrupts = []
signal.signal(signal.SIGINT, lambda *_: interrupts.append(1))
Path("started").touch()
while not interrupts:
    time.sleep(0.02)
time.sleep(0.5)
Path("saved").write_text(str(len(interrupts)))
"""
RUNS = """
from pathlib import Path
from mlops.toolchain.processes import Processes
from mlops.toolchain.terraform_cli import TerraformCli
import os
try:
    TerraformCli(lambda: os.environ, Processes()).run(Path.cwd(), "apply")
except KeyboardInterrupt:
    print("interrupted, after", Path("saved").read_text())
"""


def with_terraform(folder: Path, script: str) -> dict[str, str]:
    """An environment whose ``terraform`` is the script."""
    program = folder / "bin" / "terraform"
    program.parent.mkdir()
    program.write_text(script)
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


def test_a_failure_is_in_terraforms_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = with_terraform(tmp_path, FAILS)
    monkeypatch.setenv("PATH", environment["PATH"])
    with pytest.raises(TerraformError, match=r"^Error: no such state$"):
        TerraformCli(lambda: environment, Processes()).init(tmp_path)


def test_a_log_is_appended_to_and_holds_both_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, log = with_terraform(tmp_path, FAILS), tmp_path / "stack.log"
    monkeypatch.setenv("PATH", environment["PATH"])
    log.write_text("an earlier run\n")
    with pytest.raises(TerraformError) as failed:
        TerraformCli(lambda: environment, Processes()).init(tmp_path, log)
    assert str(failed.value) == "progress\nError: no such state"
    assert log.read_text() == "an earlier run\nprogress\nError: no such state\n"


def test_an_interrupt_at_the_terminal_reaches_terraform_once_and_waits_for_its_state(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RUNS],
        cwd=tmp_path,
        env=with_terraform(tmp_path, SAVES),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "started").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    # As a terminal does: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert said == "interrupted, after 1\n"
