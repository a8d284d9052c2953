"""The git program."""

from __future__ import annotations

import os
import shutil
import subprocess


class GitError(Exception):
    """A repository, branch or commit that cannot be served; the message says the remedy."""


def git(*arguments: str) -> bytes:
    """git's standard output; the caller's own repository (``GIT_DIR`` and its like) stays out of it."""
    executable = shutil.which("git")
    if executable is None:
        raise GitError("git is not on PATH. Install it (for example: apt-get install git).")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run([executable, *arguments], env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise GitError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
