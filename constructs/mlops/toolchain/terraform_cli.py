"""Runs the Terraform CLI that the toolchain put on the PATH: for the demo, for plans and for rollbacks."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from mlops.spec.problems import FailedError
from mlops.toolchain.processes import Processes, content

#: What no person reads along.
QUIET = ("-input=false", "-no-color")


class TerraformError(FailedError):
    """Terraform failed; the message is its own."""


class TerraformCli:
    """Terraform in the folders of stacks.

    ``processes`` lets an interrupt reach it just once, so that it saves its state.
    ``environment`` gives the variables of each command anew, since credentials in them expire.
    """

    def __init__(self, environment: Callable[[], Mapping[str, str]], processes: Processes) -> None:
        self._environment = environment
        self.processes = processes

    def init(self, folder: Path, log: Path | None = None) -> str:
        """Get the provider, and find the state; one at a time, since stacks may share a cache of providers.

        Raises:
            TerraformError: either cannot be had; nothing was changed.
        """
        return self.run(folder, "init", *QUIET, "-reconfigure", log=log)

    def plan(self, folder: Path, saved: Path, *options: str) -> tuple[str, str]:
        """Save a plan, which may hold secrets in clear; returns its text and its JSON.

        Raises:
            TerraformError: it cannot be planned; nothing was changed.
        """
        self.run(folder, "plan", *QUIET, f"-out={saved}", *options)
        return self.run(folder, "show", "-no-color", str(saved)), self.run(
            folder, "show", "-json", str(saved)
        )

    def apply(self, folder: Path, saved: Path) -> str:
        """Apply a saved plan; Terraform refuses it if the state has moved on since.

        Raises:
            TerraformError: it was not applied, or not as a whole.
        """
        return self.run(folder, "apply", *QUIET, str(saved))

    def run(self, folder: Path, *arguments: str, log: Path | None = None) -> str:
        """What a command prints; with ``log``, errors too, and appended to that file.

        Raises:
            KeyboardInterrupt: the command was interrupted, and has ended.
            TerraformError: it failed.
        """
        if log:
            with log.open("a+b") as file:
                start = file.seek(0, os.SEEK_END)
                code = self._run(folder, arguments, file, file)
                said, complaint = content(file, start), ""
        else:
            with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
                code = self._run(folder, arguments, output, errors)
                said, complaint = content(output), content(errors)
        if code != 0:
            raise TerraformError((complaint or said).strip())
        return said

    def _run(self, folder: Path, arguments: Sequence[str], output: IO[bytes], errors: IO[bytes]) -> int:
        return self.processes.run(
            ["terraform", *arguments],
            cwd=folder,
            environment={**self._environment(), "TF_IN_AUTOMATION": "1"},
            stdout=output,
            stderr=errors,
        )
