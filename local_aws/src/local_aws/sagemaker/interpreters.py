"""The Python that an image's processes run on.

Each job and each server gets an overlay of its image's environment, so that what a script's own
``requirements.txt`` adds stays with that job.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import local_aws
from local_aws import overlay
from local_aws.images.image import Command, Image
from local_aws.runtime import Runtime
from local_aws.sagemaker.image_environments import FOLDER_VARIABLE, InstallError, Say, cache, installed

# What runs script mode and serves frameworks' models imports nothing else of this tool.
_PACKAGE = Path(local_aws.__file__).resolve().parent


@dataclass(frozen=True)
class Interpreter:
    """What an image's commands run on: a Python executable and the variables that they are started with."""

    executable: str
    variables: Mapping[str, str]

    def arguments(self, command: Command) -> list[str]:
        """The command with its own interpreter in the place of ``python``."""
        return [self.executable if command[0] == "python" else command[0], *command[1:]]


def prepare(runtime: Runtime, image: Image, folder: Path, say: Say) -> Interpreter:
    """The interpreter for one run of an image; installs what is not on this machine yet.

    Args:
        folder: becomes the run's own environment, but for a built-in algorithm.
        say: gets the installer's progress, line by line.

    Raises:
        InstallError: the installation fails.
    """
    if image.requirements is None and not image.is_own:
        # A built-in algorithm runs no code of a user's.
        executables = Path(sys.executable).parent
        return Interpreter(sys.executable, {"PATH": overlay.search_path(executables)})
    try:
        shared = installed(runtime, image.repository, image.requirements, say) if image.requirements else None
        executables = overlay.create(folder, [overlay.packages(shared)] if shared else [])
        path = {} if image.is_own else {"PYTHONPATH": str(_linked_package(folder))}
    except OSError as error:
        raise InstallError(
            f"{error.filename or cache()}: {error.strerror}. "
            f"Set {FOLDER_VARIABLE} to a folder with 3 GB free."
        ) from error
    bins = [executables, shared / "bin"] if shared else [executables]
    variables = {"PATH": overlay.search_path(*bins, machine=overlay.machine_path())}
    return Interpreter(str(executables / "python"), variables | path)


def _linked_package(folder: Path) -> Path:
    """A folder that holds this tool's package alone: beside it, where it is installed, are all others."""
    root = folder / "local-aws"
    root.mkdir()
    (root / _PACKAGE.name).symlink_to(_PACKAGE)
    return root
