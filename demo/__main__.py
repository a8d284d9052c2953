"""``python -m demo``: run one example's pipeline on the local AWS, from data to a tested PROD endpoint."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from demo.approval import Approve
from demo.run import CommandError, Run
from demo.server import ServerError
from demo.terraform import DeployError
from mlops_spec import InvalidInputError, load_settings
from toolchain import ToolchainError

ROOT = Path(__file__).parents[1]
INTERRUPTED = 130


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
    console = Console(highlight=False)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        run = Run(ROOT, load_settings(ROOT, example), folder.absolute(), approve, console)
        code = run.to_the_end(keep)
    except InvalidInputError as error:
        errors.print(str(error), markup=False)
        code = InvalidInputError.EXIT_CODE
    except (CommandError, DeployError, ServerError, ToolchainError) as error:
        errors.print(str(error), markup=False)
        code = 1
    except OSError as error:
        errors.print(
            f"{error.filename or folder}: {error.strerror}. Free space or name another --folder.",
            markup=False,
        )
        code = 1
    except KeyboardInterrupt:
        errors.print("Interrupted: everything that was started has been stopped.")
        code = INTERRUPTED
    raise typer.Exit(code)


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    os.chdir(ROOT)
    typer.run(demo)
    sys.exit()
