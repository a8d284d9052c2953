"""A saved plan's checksums: Plan writes them, and the digest of their file travels apart from the plan."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mlops.spec.problems import FailedError

SUMS = "plan.sha256"
#: What is kept of a plan, all of which ``SUMS`` vouches for.
FILES = ("plan.tfplan", "plan.txt", "plan.json", "cdk.tf.json", ".terraform.lock.hcl")


def write_sums(folder: Path) -> str:
    """Write the checksums of ``FILES`` in the form of ``sha256sum``; the SHA-256 of that file, in hex."""
    (folder / SUMS).write_text("".join(f"{_digest(folder / name)}  {name}\n" for name in FILES))
    return _digest(folder / SUMS)


def check_sums(folder: Path, sha256: str, consequence: str) -> None:
    """Make sure that every file in ``folder`` is what Plan saved.

    Raises:
        FailedError: with every file that is not; the message ends with the ``consequence``.
    """
    damaged = [SUMS] if _digest(folder / SUMS) != sha256 else _damaged(folder)
    if damaged:
        found = "\n".join(f"{name}: FAILED" for name in damaged)
        raise FailedError(f"{found}\nThe saved plan is not the one that Plan made: {consequence}")


def _damaged(folder: Path) -> list[str]:
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    return [name for name in FILES if wanted.get(name) != _digest(folder / name)]


def _digest(path: Path) -> str:
    """The SHA-256 in hex; of a file that is missing, nothing."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
