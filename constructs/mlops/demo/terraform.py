"""Synthesize the stacks and deploy them with the Terraform CLI."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from mlops.demo.processes import Processes
from mlops.spec.problems import FailedError

_NO_PROVIDER = (
    "Failed to query available provider packages",
    "Failed to install provider",
    "Failed to resolve provider packages",
)


class DeployError(FailedError):
    """Synthesis or Terraform failed; the message ends with what it said and where the whole log is."""


class Terraform:
    """The project's stacks, synthesized into ``output`` and deployed; every run's log is kept in ``logs``."""

    def __init__(
        self, project: Path, output: Path, logs: Path, environment: Mapping[str, str], processes: Processes
    ) -> None:
        self._project = project
        self._output = output
        self._logs = logs
        self._environment = {**environment, "CDKTF_OUTDIR": str(output), "TF_IN_AUTOMATION": "1"}
        self._processes = processes
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

    def _run(self, log: str, command: list[str], folder: Path) -> str:
        path = self._logs / f"{log}.log"
        with path.open("ab") as output:
            start = output.tell()
            code = self._processes.run(
                command, cwd=folder, environment=self._environment, stdout=output, stderr=output
            )
        text = path.read_bytes()[start:].decode(errors="replace")
        if code != 0:
            last = "\n".join(text.splitlines()[-15:])
            raise DeployError(
                f"{self._remedy(text)}`{' '.join(command[:2])}` failed for {log} (exit code {code}):\n"
                f"{last}\nLog: {path}"
            )
        return text

    def _remedy(self, said: str) -> str:
        """What is missing and what to do, a line, where it is known."""
        if any(words in said for words in _NO_PROVIDER):
            config = self._environment.get("TF_CLI_CONFIG_FILE")
            return (
                "Terraform found no AWS provider that fits, in no mirror and in no registry. Connect to the "
                "internet, or let MLOPS_TERRAFORM_MIRROR name a filesystem mirror that holds hashicorp/aws"
                + (f", and correct or unset TF_CLI_CONFIG_FILE, now {config}.\n" if config else ".\n")
            )
        return ""
