"""The project in git, as a repository of its own or a folder of one: the demo pushes it, as a user would."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path

from mlops.spec.problems import FailedError
from mlops.toolchain.processes import CommandError, Processes

_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "mlops demo"), ("EMAIL", "demo@localhost"))
}
_COMMIT = "git add --all && git commit --message Start"


class CheckoutError(FailedError):
    """There is no commit that could be pushed; the message says the remedy."""


class ForeignRemoteError(Exception):
    """A remote of the checkout leads elsewhere; the message is where."""


class Checkout:
    """The folder ``root`` of a git repository; what is pushed has that folder as its root."""

    def __init__(self, root: Path, processes: Processes) -> None:
        self._root = root
        self._processes = processes

    def check(self) -> None:
        """Make sure that there is a commit to push.

        Raises:
            CheckoutError: no git, no repository around ``root``, or no commit that holds it.
        """
        if shutil.which("git") is None:
            raise CheckoutError(
                "There is no `git` on the PATH, and the pipeline's source is a git repository. "
                "Install git: https://git-scm.com/downloads"
            )
        try:
            prefix = self.prefix
        except CommandError as error:
            raise CheckoutError(
                f"{self._root} cannot be used as a git repository, which is the pipeline's source. "
                f"Clone the project, or run there: git init && {_COMMIT}\n{error}"
            ) from error
        try:
            self._git("rev-parse", "--verify", "--quiet", f"HEAD:{prefix}")
        except CommandError as error:
            own = f", or for a repository of its own: git init && {_COMMIT}" if prefix else ""
            raise CheckoutError(
                f"{self._root} has no commit yet, and the pipeline's source is the last one. "
                f"Run there: {_COMMIT}{own}"
            ) from error

    @property
    def prefix(self) -> str:
        """Where the project is in its repository: empty, or a path that ends in a slash."""
        return self._git("rev-parse", "--show-prefix").strip()

    def push(self, repository: Path, branch: str) -> str:
        """Push the files as they are to a branch; says which commit, and how many changes came besides.

        What is not committed goes along in a commit that no branch of the checkout gets.

        Raises:
            CommandError: git failed.
        """
        changed = self._git("status", "--porcelain", "--", ".").splitlines()
        commit = self._commit_of_files() if changed else self._last_commit()
        self._push(repository, f"+{commit}:refs/heads/{branch}")
        head = self._git("rev-parse", "--short", "HEAD").strip()
        return f"commit {head}" + (f" and {len(changed)} uncommitted change(s)" if changed else "")

    def push_command(self, remote: str, branch: str) -> str:
        """What a person types to push the last commit to the branch of a remote."""
        if self.prefix:
            top = self._git("rev-parse", "--show-toplevel").strip()
            folder = f"--prefix={shlex.quote(self.prefix)}"
            return f"git -C {shlex.quote(top)} subtree push {folder} {remote} {branch}"
        on_it = self._git("branch", "--show-current").strip() == branch
        return f"git push {remote} {branch if on_it else f'HEAD:{branch}'}"

    def push_base(self, repository: Path, branch: str) -> str:
        """Push the last commit to a branch, unless there is one: what later pushes are compared with.

        Raises:
            CommandError: git failed.
        """
        if not self._git("ls-remote", "--heads", str(repository), branch).strip():
            self._push(repository, f"{self._split()}:refs/heads/{branch}")
        return self._git("ls-remote", "--heads", str(repository), branch)[:12]

    def set_remote(self, name: str, repository: Path, ours: Path) -> str:
        """Have a remote of the checkout lead to a repository; says what was done.

        One that leads elsewhere than into the folder ``ours`` is left alone.

        Raises:
            CommandError: git failed.
        """
        known = self._git("remote").split()
        if name not in known:
            self._git("remote", "add", name, str(repository))
            return f"{name} added to this checkout"
        url = self._git("remote", "get-url", name).strip()
        if url == str(repository):
            return name
        if not Path(url).is_relative_to(ours):
            raise ForeignRemoteError(url)
        self._git("remote", "set-url", name, str(repository))
        return f"{name} changed, was {url}"

    def _push(self, repository: Path, refspec: str) -> None:
        # Whoever pushes starts the pipeline, too, or wants nothing to run.
        self._git("push", "--quiet", "--push-option", "ci.skip", str(repository), refspec)

    def _last_commit(self) -> str:
        """The last commit; of a folder, one of that folder alone, which is the same whenever it is made."""
        if not self.prefix:
            return "HEAD"
        name, at = self._git("show", "--no-patch", "--format=%s%n%cI", "HEAD").rsplit(maxsplit=1)
        dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        commit = ("commit-tree", f"HEAD:{self.prefix}", "-m", name.strip() or "Start")
        return self._git(*commit, environment={**os.environ, **_IDENTITY, **dates}).strip()

    def _split(self) -> str:
        """The last commit; of a folder, with the history that `git subtree push` continues."""
        if not self.prefix:
            return "HEAD"
        top = Path(self._git("rev-parse", "--show-toplevel").strip())
        split = ["git", "subtree", "split", f"--prefix={self.prefix}"]
        try:
            return self._processes.text(split, cwd=top).strip()
        except CommandError as error:
            raise CheckoutError(
                f"{self._root} is a folder of {top}, which takes `git subtree`. Install it, or make the "
                f"project a repository of its own.\n{error}"
            ) from error

    def _commit_of_files(self) -> str:
        """A commit of all files but the ignored ones, through an index of its own."""
        last, prefix = self._last_commit(), self.prefix
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, **_IDENTITY, "GIT_INDEX_FILE": f"{folder}/index"}
            self._git("read-tree", "HEAD", environment=environment)
            self._git("add", "--all", "--", ".", environment=environment)
            tree = self._git("write-tree", f"--prefix={prefix}", environment=environment).strip()
            commit = ("commit-tree", tree, "-p", last, "-m", "Uncommitted changes")
            return self._git(*commit, environment=environment).strip()

    def _git(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        return self._processes.text(["git", *arguments], cwd=self._root, environment=environment)
