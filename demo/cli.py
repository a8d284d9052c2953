"""The demo's command line."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from demo import interruption
from demo.approval import Approve
from demo.checkout import CheckoutError
from demo.processes import CommandError
from demo.run import Run
from demo.server import ServerError
from demo.terraform import DeployError
from mlops_spec import InvalidInputError, Settings, example_names, load_settings
from mlops_spec.problems import Problem
from toolchain import ToolchainError

ROOT = Path(__file__).parents[1]
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
    os.chdir(ROOT)
    errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    try:
        with interruption.raises():
            run = Run(ROOT, _settings(example, approve), folder, approve, Console(highlight=False))
            code = run.to_the_end(keep)
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
