"""Synthesizes the stacks of the working tree and of an older commit, and tells which differ."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class SynthesisError(Exception):
    """The stacks could not be synthesized; the message is what was said."""


@dataclass(frozen=True)
class Synthesized:
    """The folder of each stack, by name, and what was said of stacks left out."""

    stacks: dict[str, Path]
    left_out: tuple[str, ...]

    def content(self, stack: str) -> Any:
        """A stack's Terraform, without CDKTF's comments; None where there is no such stack."""
        if stack not in self.stacks:
            return None
        read = json.loads((self.stacks[stack] / "cdk.tf.json").read_text())
        return _without_comments(read)


def synthesize(project: Path, releases: Sequence[Path] = ()) -> Synthesized:
    """Run ``main.py`` of ``project``, once for each release, into its ``cdktf.out``.

    Raises:
        SynthesisError: it refused the settings or failed.
    """
    out = project / "cdktf.out"
    stacks: dict[str, Path] = {}
    said: dict[str, None] = {}
    for release in releases or (None,):
        # Not the caller's PYTHONPATH: every main.py takes the library that is installed here.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        environment["CDKTF_OUTDIR"] = str(out)
        environment.pop("MLOPS_RELEASE", None)
        if release:
            environment["MLOPS_RELEASE"] = str(release.absolute())
        run = subprocess.run(
            [sys.executable, "main.py"],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise SynthesisError(run.stderr.strip())
        said |= dict.fromkeys(line for line in run.stderr.splitlines() if " left out" in line)
        manifest = json.loads((out / "manifest.json").read_text())
        stacks |= {name: out / "stacks" / name for name in manifest["stacks"]}
    # One release leaves out what another one brings.
    left_out = tuple(line for line in said if line.split()[0] not in stacks)
    return Synthesized(dict(sorted(stacks.items())), left_out)


def changed_since(
    commit: str, project: Path, now: Synthesized, releases: Sequence[Path]
) -> tuple[list[str], list[str]]:
    """The stacks whose synthesized output is another than at ``commit``, and those that are gone since.

    Raises:
        SynthesisError: that commit cannot be synthesized.
    """
    with tempfile.TemporaryDirectory() as temporary:
        archive = subprocess.run(  # noqa: S603
            ["git", "archive", commit],  # noqa: S607
            cwd=project,
            capture_output=True,
            check=False,
        )
        if archive.returncode != 0:
            raise SynthesisError(archive.stderr.decode(errors="replace").strip())
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(temporary, filter="data")
        before = synthesize(Path(temporary), releases)
        changed = [stack for stack in now.stacks if now.content(stack) != before.content(stack)]
    return changed, [stack for stack in before.stacks if stack not in now.stacks]


def library_changed(commit: str, project: Path) -> bool:
    """Whether ``requirements.txt``, which pins the library, is another than at ``commit``, or its source is.

    ``changed_since`` cannot see what another version of the library makes of the stacks: it synthesizes the
    commit with the library that is installed here, as it does the working tree.
    """
    # Only the library's own repository has the folder.
    command = ["git", "diff", "--quiet", commit, "--", "requirements.txt", "constructs/mlops"]
    return subprocess.run(command, cwd=project, capture_output=True, check=False).returncode == 1  # noqa: S603


def merge_base(project: Path, *references: str) -> tuple[str, str] | None:
    """The first of ``references`` that exists, and the commit from which the working tree left it."""
    for reference in references:
        found = subprocess.run(  # noqa: S603
            ["git", "merge-base", "HEAD", reference],  # noqa: S607
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        if found.returncode == 0:
            return reference, found.stdout.strip()
    return None


def _without_comments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_comments(item) for key, item in value.items() if key != "//"}
    return [_without_comments(item) for item in value] if isinstance(value, list) else value
