"""The real Terraform CLI on one configuration."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Terraform:
    """One configuration in a folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command; its output is one text."""
        return subprocess.Popen(
            ["terraform", *arguments, "-no-color"],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command to its end: exit code and output."""
        process = self.start(*arguments)
        output, _ = process.communicate()
        return process.returncode, output

    def apply(self, *options: str) -> str:
        """Apply, which must succeed."""
        code, output = self.run("apply", "-auto-approve", "-input=false", *options)
        assert code == 0, output
        return output

    def drift(self, *options: str) -> str:
        """What a plan would change; empty when it says that nothing would."""
        code, output = self.run("plan", "-detailed-exitcode", "-input=false", *options)
        assert code in (0, 2), output
        return output if code == 2 else ""
