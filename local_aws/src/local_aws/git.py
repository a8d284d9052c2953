"""The git repositories that stand in for GitHub: bare ones in the work folder, served to pipelines.

Push to ``GitServer.repository("owner/name")`` as to any remote: its hook tells the local AWS of it, which
starts pipelines; their Source actions take the commit from there.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local_aws import git_hook
from local_aws.git_command import GitError, git

NO_COMMIT = "0" * 40
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")


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
                git("init", "--quiet", "--bare", "--initial-branch=main", str(path))
            _install_hook(path)
        return path

    def resolve(self, full_repository_id: str, branch: str) -> Commit:
        """The newest commit of a branch.

        Raises:
            GitError: there is no such repository or branch.
        """
        path = self._existing(full_repository_id)
        try:
            return _commit(path, f"refs/heads/{branch}")
        except GitError as error:
            raise GitError(
                f"Repository {full_repository_id} has no branch {branch} (it has: {self._branches(path)}). "
                f"Push it: git push {path} HEAD:refs/heads/{branch}"
            ) from error

    def commit(self, full_repository_id: str, commit_id: str) -> Commit:
        """A commit by its id, or by that of a tag which leads to it.

        Raises:
            GitError: there is no such repository or commit.
        """
        path = self._existing(full_repository_id)
        with _missing(full_repository_id, path, commit_id):
            return _commit(path, commit_id)

    def changed_files(self, full_repository_id: str, old: str, new: str) -> list[str]:
        """The files that the commits between two touch, and those in which the two differ; sorted.

        After a forced push, what it takes back is among the latter.

        Raises:
            GitError: there is no such repository or commit.
        """
        path = self._existing(full_repository_id)
        options = ["--name-only", "--no-renames", "-z"]
        with _missing(full_repository_id, path, old, new):
            differing = git("-C", str(path), "diff", *options, old, new)
            touched = git("-C", str(path), "log", "--format=", *options, f"{old}..{new}")
        names = (differing + b"\0" + touched).decode(errors="replace").split("\0")
        return sorted({name.strip("\n") for name in names} - {""})

    def delete_branch(self, full_repository_id: str, branch: str) -> None:
        """Forget a branch, if there is one.

        Raises:
            GitError: there is no such repository.
        """
        path = self._existing(full_repository_id)
        git("-C", str(path), "update-ref", "-d", f"refs/heads/{branch}")

    def archive(self, full_repository_id: str, commit_id: str) -> bytes:
        """A commit's files as a zip, file modes and symbolic links kept, without the history.

        Raises:
            GitError: there is no such repository or commit.
        """
        path = self._existing(full_repository_id)
        with _missing(full_repository_id, path, commit_id):
            return git("-C", str(path), "archive", "--format=zip", commit_id)

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
        _install_hook(path)
        return path

    def _branches(self, path: Path) -> str:
        names = git("-C", str(path), "for-each-ref", "--format=%(refname:short)", "refs/heads")
        return ", ".join(names.decode().split()) or "none"


@contextmanager
def _missing(full_repository_id: str, path: Path, *commit_ids: str) -> Iterator[None]:
    """Say of commits that are not there how they get there."""
    for commit_id in commit_ids:
        if not _COMMIT.fullmatch(commit_id):
            raise GitError(f"{commit_id!r} is not a commit id. Give its 40 hexadecimal digits.")
    try:
        yield
    except GitError as error:
        raise GitError(
            f"Repository {full_repository_id} has no commit {' or '.join(commit_ids)}. "
            f"Push a branch that holds it: git push {path} HEAD:refs/heads/main"
        ) from error


def _install_hook(path: Path) -> None:
    if git_hook.install(path):
        git("-C", str(path), "config", "receive.advertisePushOptions", "true")


def _commit(path: Path, revision: str) -> Commit:
    """The commit that a revision leads to."""
    layout = "--format=%H%x00%an%x00%ae%x00%aI%x00%B"
    shown = git("-C", str(path), "log", "-1", layout, revision, "--")
    commit_id, author, email, date, message = shown.decode(errors="replace").split("\0", 4)
    return Commit(commit_id, message.strip(), author, email, datetime.fromisoformat(date))
