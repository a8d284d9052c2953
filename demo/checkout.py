"""The project's own git repository: the demo pushes its last commit, as a user would."""

from __future__ import annotations

import shutil
from pathlib import Path

from demo.processes import CommandError, Processes

_COMMIT = "git add --all && git commit --message Start"


class CheckoutError(Exception):
    """There is no commit that could be pushed; the message says the remedy."""


class Checkout:
    """The git repository at ``root``."""

    def __init__(self, root: Path, processes: Processes) -> None:
        self._root = root
        self._processes = processes

    def check(self) -> None:
        """Make sure that there is a commit to push.

        Raises:
            CheckoutError: no git, no repository at ``root``, or no commit in it.
        """
        if shutil.which("git") is None:
            raise CheckoutError(
                "There is no `git` on the PATH, and the pipeline's source is a git repository. "
                "Install git: https://git-scm.com/downloads"
            )
        try:
            top = Path(self._git("rev-parse", "--show-toplevel").strip())
        except CommandError as error:
            raise CheckoutError(
                f"{self._root} cannot be used as a git repository, which is the pipeline's source. "
                f"Clone the project, or run there: git init && {_COMMIT}\n{error}"
            ) from error
        if not top.samefile(self._root):
            raise CheckoutError(
                f"{self._root} is a folder of the git repository {top}, and the pipeline's source is one of "
                f"its own. Clone the project elsewhere, or run there: git init && {_COMMIT}"
            )
        try:
            self._git("rev-parse", "--verify", "--quiet", "HEAD")
        except CommandError as error:
            raise CheckoutError(
                f"{self._root} has no commit yet, and the pipeline's source is the last one. Run: {_COMMIT}"
            ) from error

    def push(self, repository: Path, branch: str) -> str:
        """Push the last commit to a branch; says which, and whether there are changes besides.

        Raises:
            CommandError: git failed.
        """
        head = self._git("rev-parse", "--short", "HEAD").strip()
        self._git("push", "--quiet", "--force", str(repository), f"HEAD:refs/heads/{branch}")
        changed = self._git("status", "--porcelain").splitlines()
        return f"commit {head}" + (f", without {len(changed)} uncommitted change(s)" if changed else "")

    def _git(self, *arguments: str) -> str:
        return self._processes.text(["git", *arguments], cwd=self._root)
