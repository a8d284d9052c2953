"""The git repositories that stand in for GitHub: bare ones in the work folder, served to pipelines.

Push to ``GitServer.repository("owner/name")`` as to any remote; a pipeline's Source action takes a
branch's commit from there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")


class GitError(Exception):
    """A repository, branch or commit that cannot be served; the message says the remedy."""


@dataclass(frozen=True)
class Commit:
    """One commit: ``commit_id`` is 40 hexadecimal digits, ``authored_at`` knows its time zone."""

    commit_id: str
    message: str
    author: str
    author_email: str
    authored_at: datetime


class GitServer:
    """Bare repositories at ``<folder>/git/<owner>/<repository>.git``; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "git"
        self._creating = threading.Lock()

    def repository(self, full_repository_id: str) -> Path:
        """The bare repository of ``owner/name``, created empty where there is none.

        Raises:
            GitError: the name is not ``owner/name``, or git is missing or fails.
        """
        path = self._path(full_repository_id)
        with self._creating:
            if not (path / "HEAD").exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                _git("init", "--quiet", "--bare", "--initial-branch=main", str(path))
        return path

    def resolve(self, full_repository_id: str, branch: str) -> Commit:
        """The newest commit of a branch.

        Raises:
            GitError: there is no such repository or branch.
        """
        path = self._existing(full_repository_id)
        try:
            shown = _git(
                "-C",
                str(path),
                "show",
                "-s",
                "--format=%H%x00%an%x00%ae%x00%aI%x00%B",
                f"refs/heads/{branch}",
            )
        except GitError as error:
            raise GitError(
                f"Repository {full_repository_id} has no branch {branch} (it has: {self._branches(path)}). "
                f"Push it: git push {path} HEAD:refs/heads/{branch}"
            ) from error
        commit_id, author, email, date, message = shown.decode(errors="replace").split("\0", 4)
        return Commit(commit_id, message.strip(), author, email, datetime.fromisoformat(date))

    def archive(self, full_repository_id: str, commit_id: str) -> bytes:
        """A commit's files as a zip, file modes and symbolic links kept, without the history.

        Raises:
            GitError: there is no such repository or commit.
        """
        path = self._existing(full_repository_id)
        if not _COMMIT.fullmatch(commit_id):
            raise GitError(f"{commit_id!r} is not a commit id. Give its 40 hexadecimal digits.")
        try:
            return _git("-C", str(path), "archive", "--format=zip", commit_id)
        except GitError as error:
            raise GitError(
                f"Repository {full_repository_id} has no commit {commit_id}. "
                f"Push a branch that holds it: git push {path} HEAD:refs/heads/main"
            ) from error

    def _path(self, full_repository_id: str) -> Path:
        if not _REPOSITORY.fullmatch(full_repository_id):
            raise GitError(f"{full_repository_id!r} is not a repository. Name it owner/name, as GitHub does.")
        return self._root / f"{full_repository_id}.git"

    def _existing(self, full_repository_id: str) -> Path:
        path = self._path(full_repository_id)
        if not (path / "HEAD").exists():
            raise GitError(
                f"There is no repository {full_repository_id}. "
                f"Create it and push to it: git init --bare {path} && git push {path} HEAD:refs/heads/main"
            )
        return path

    def _branches(self, path: Path) -> str:
        names = _git("-C", str(path), "for-each-ref", "--format=%(refname:short)", "refs/heads")
        return ", ".join(names.decode().split()) or "none"


def _git(*arguments: str) -> bytes:
    """git's standard output; the caller's own repository (``GIT_DIR`` and its like) stays out of it."""
    executable = shutil.which("git")
    if executable is None:
        raise GitError("git is not on PATH. Install it (for example: apt-get install git).")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run([executable, *arguments], env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise GitError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
