"""What the commands share: the work folder's option, the running local AWS, how they end in a sentence."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from local_aws import state_file
from local_aws.command import FOLDER, program
from local_aws.runtime import Runtime

INTERRUPTED = 130

Folder = Annotated[Path, typer.Option(help="The work folder: what runs keeps its files there.")]

errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def write_anything(streams: Iterable[object] = (sys.stdout, sys.stderr)) -> None:
    """Let what a stream's encoding lacks be written as ``?``: no terminal is a reason to fail."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def running(folder: Path) -> Runtime:
    """The local AWS that serves from the folder; without one, the command ends."""
    found = state_file.find(folder.absolute())
    return found.runtime(folder.absolute()) if found else fail(none_runs(folder))


def none_runs(folder: Path) -> str:
    """That there is none, and the remedy."""
    option = "" if folder == FOLDER else f" --folder {folder}"
    return f"No local AWS runs in {folder}. Start one: {shlex.join(program())} up{option}"


def fail(message: str, code: int = 1) -> NoReturn:
    """End the command with a sentence and an exit code."""
    errors.print(message)
    raise typer.Exit(code)
