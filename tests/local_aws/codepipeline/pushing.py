"""What the tests of pushes share: a checkout whose remote is a repository of the local AWS."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local_aws.git import GitServer

IDENTITY = ("-c", "user.name=Ann Dev", "-c", "user.email=ann@example.com")


@dataclass
class Checkout:
    """A git repository with the remote ``local``; ``repository`` is its name on the local AWS."""

    folder: Path
    work_folder: Path
    repository: str

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "local", str(GitServer(self.work_folder).repository(self.repository)))

    def command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.folder), *IDENTITY, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def git(self, *arguments: str) -> str:
        """What git says on standard output."""
        done = self._run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, *paths: str, message: str = "A commit") -> str:
        """Change each of the files, or none, and commit."""
        for path in paths:
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text((file.read_text() if file.exists() else "") + "a line\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def push(self, *arguments: str) -> list[str]:
        """Push; the lines that the local AWS says to the pusher."""
        done = self._run("push", "local", *(arguments or ("main",)))
        assert done.returncode == 0, done.stderr
        said = [line.removeprefix("remote: ") for line in done.stderr.splitlines() if "remote: " in line]
        return [line.rstrip() for line in said]

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=120
        )
