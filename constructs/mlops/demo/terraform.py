"""Synthesize the stacks and deploy them with the Terraform CLI."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from mlops.spec.problems import FailedError
from mlops.toolchain.processes import Processes, content
from mlops.toolchain.terraform_cli import QUIET, TerraformCli, TerraformError

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
        self._environment = {**environment, "CDKTF_OUTDIR": str(output)}
        self._processes = processes
        self._cli = TerraformCli(lambda: self._environment, processes)
        logs.mkdir(parents=True, exist_ok=True)

    def synth(self) -> None:
        """Run ``main.py``.

        Raises:
            DeployError: it refused the settings or failed.
        """
        log = self._log("synth")
        with log.open("a+b") as file:
            start = file.seek(0, os.SEEK_END)
            code = self._processes.run(
                [sys.executable, "main.py"],
                cwd=self._project,
                environment=self._environment,
                stdout=file,
                stderr=file,
            )
            said = content(file, start)
        if code != 0:
            raise self._failed("python main.py", said, log)

    def apply(self, stack: str) -> str:
        """``terraform init`` and ``apply`` of one stack; returns what it did, such as "5 added".

        Raises:
            DeployError: Terraform failed.
        """
        folder = self._output / "stacks" / stack
        log = self._log(stack)
        try:
            self._cli.init(folder, log)
            text = self._cli.run(folder, "apply", "-auto-approve", *QUIET, log=log)
        except TerraformError as error:
            raise self._failed(f"terraform in {folder}", str(error), log) from error
        done = next((line for line in reversed(text.splitlines()) if line.startswith("Apply complete!")), "")
        return done.removeprefix("Apply complete! Resources: ").rstrip(".")

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _failed(self, command: str, said: str, log: Path) -> DeployError:
        last = "\n".join(said.splitlines()[-15:])
        return DeployError(f"{self._remedy(said)}`{command}` failed:\n{last}\nLog: {log}")

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
