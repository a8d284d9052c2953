"""The demo's command line."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from mlops.demo import interruption
from mlops.demo.approval import Approve
from mlops.demo.checkout import CheckoutError
from mlops.demo.processes import CommandError
from mlops.demo.run import Run
from mlops.demo.server import ServerError
from mlops.demo.standby import Standby
from mlops.demo.terraform import DeployError
from mlops.spec import InvalidInputError, Settings, example_names, load_settings
from mlops.spec.problems import Problem
from mlops.toolchain import ToolchainError

ROOT = Path.cwd()
_DISK_FULL = ("no space left on device", "enospc", "disk quota exceeded")


def demo(
    example: Annotated[str, typer.Argument(help="A folder of examples/.")] = "movielens",
    approve: Annotated[
        Approve, typer.Option(help="Who approves PROD: ask shows the plan and waits.")
    ] = Approve.YES,
    folder: Annotated[Path, typer.Option(help="The work folder.")] = ROOT / ".work",
    keep: Annotated[bool, typer.Option(help="Leave the local AWS running after success.")] = True,
) -> None:
    """Deploy an example to the local AWS, run its pipeline and test the PROD endpoint.

    Exit code: 0 PROD serves the release; 1 the pipeline ended without it; 2 bad input; 130 interrupted.
    """
    folder = folder.absolute()

    def run() -> int:
        settings = _settings(example, approve)
        return Run(ROOT, settings, folder, approve, Console(highlight=False)).to_the_end(keep)

    _end_in_a_sentence(run, folder)


def up(
    examples: Annotated[list[str] | None, typer.Argument(help="Folders of examples/; all of them.")] = None,
    folder: Annotated[Path, typer.Option(help="The work folder.")] = ROOT / ".work",
) -> None:
    """Start the local AWS with the examples' pipelines, and a git remote that leads to them.

    Exit code: 0 it waits for pushes; 1 something failed; 2 bad input; 130 interrupted.
    """
    folder = folder.absolute()

    def run() -> int:
        settings = [_settings(name, Approve.YES) for name in examples or example_names(ROOT)]
        Standby(ROOT, settings, folder, Console(highlight=False)).make()
        return 0

    _end_in_a_sentence(run, folder)


def _end_in_a_sentence(run: Callable[[], int], folder: Path) -> NoReturn:
    """End the command with what ``run`` returns, or with what went wrong."""
    os.chdir(ROOT)
    errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    try:
        with interruption.raises():
            code = run()
    except InvalidInputError as error:
        errors.print(str(error))
        code = InvalidInputError.EXIT_CODE
    except (CheckoutError, CommandError, DeployError, ServerError, ToolchainError) as error:
        full = any(words in str(error).lower() for words in _DISK_FULL)
        errors.print(f"{_full(folder)}\n{error}" if full else str(error))
        code = 1
    except OSError as error:
        errors.print(_sentence(error, folder))
        code = 1
    except KeyboardInterrupt:
        errors.print("Interrupted: everything that was started has been stopped.")
        code = interruption.EXIT_CODE
    raise typer.Exit(code)


def _settings(example: str, approve: Approve) -> Settings:
    known = example_names(ROOT)
    problems = []
    if example not in known:
        problems.append(Problem("demo", "example", example, ", ".join(known), "Name one of these."))
    if approve is Approve.ASK and not sys.stdin.isatty():
        remedy = "The standard input is no terminal: run it at one, or decide with --approve yes."
        problems.append(Problem("demo", "--approve", approve, "yes, no; ask at a terminal", remedy))
    if problems:
        raise InvalidInputError(problems)
    return load_settings(ROOT, example)


def _sentence(error: OSError, folder: Path) -> str:
    where = error.filename or folder
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(where)
    return f"{where}: {error.strerror or error}. Name another --folder, or mend that one."


def _full(where: str | Path) -> str:
    return f"The disk of {where} is full. Free space on it, or name another --folder."
