"""Synthesize the stacks and deploy them with the Terraform CLI."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO


class DeployError(Exception):
    """Synthesis or Terraform failed; the message ends with what it said and where the whole log is."""


class Terraform:
    """The project's stacks, synthesized into ``output`` and deployed; every run's log is kept in ``logs``."""

    def __init__(self, project: Path, output: Path, logs: Path, environment: Mapping[str, str]) -> None:
        self._project = project
        self._output = output
        self._logs = logs
        self._environment = {**environment, "CDKTF_OUTDIR": str(output), "TF_IN_AUTOMATION": "1"}
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        logs.mkdir(parents=True, exist_ok=True)

    def synth(self) -> None:
        """Run ``main.py``.

        Raises:
            DeployError: it refused the settings or failed.
        """
        self._run("synth", [sys.executable, "main.py"], self._project)

    def apply(self, stack: str) -> str:
        """``terraform init`` and ``apply`` of one stack; returns what it did, such as "5 added".

        Raises:
            DeployError: Terraform failed.
        """
        folder = self._output / "stacks" / stack
        self._run(stack, ["terraform", "init", "-input=false", "-no-color", "-reconfigure"], folder)
        text = self._run(stack, ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"], folder)
        done = next((line for line in reversed(text.splitlines()) if line.startswith("Apply complete!")), "")
        return done.removeprefix("Apply complete! Resources: ").rstrip(".")

    def stop(self) -> None:
        """Interrupt what runs, once: Terraform then saves its state, frees its lock and ends."""
        with self._lock:
            running = list(self._running)
        for process in running:
            process.send_signal(signal.SIGINT)
        for process in running:
            process.wait()

    def _run(self, log: str, command: list[str], folder: Path) -> str:
        path = self._logs / f"{log}.log"
        with path.open("ab") as output:
            start = output.tell()
            code = subprocess.run(  # noqa: S603 - the project's own commands
                command,
                cwd=folder,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        text = path.read_bytes()[start:].decode(errors="replace")
        if code != 0:
            last = "\n".join(line for line in text.splitlines()[-15:])
            raise DeployError(
                f"`{' '.join(command[:2])}` failed for {log} (exit code {code}):\n{last}\nLog: {path}"
            )
        return text

    def _wait(self, command: list[str], cwd: Path, stdout: IO[bytes]) -> int:
        # A session of its own: a Ctrl-C at the terminal must reach Terraform once, through `stop`, since
        # a second interrupt makes it drop its state.
        process = subprocess.Popen(  # noqa: S603 - the project's own commands
            command,
            cwd=cwd,
            env=self._environment,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
        try:
            return process.wait()
        except KeyboardInterrupt:
            self.stop()
            raise
        finally:
            with self._lock:
                self._running.discard(process)
