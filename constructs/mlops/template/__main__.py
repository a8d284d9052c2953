"""The command line of ``make new``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mlops.spec import InvalidInputError
from mlops.template.example import SnapshotError, create

ROOT = Path.cwd()


def new(name: Annotated[str, typer.Argument(help="The example's name.")] = "") -> None:
    """Write a new example, which runs at once: make new NAME=churn.

    Exit code: 0 written; 1 its stacks cannot be made; 2 the name cannot be used. A failure leaves nothing.
    """
    errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    try:
        files = create(ROOT, name)
    except InvalidInputError as error:
        errors.print(str(error))
        raise typer.Exit(InvalidInputError.EXIT_CODE) from error
    except SnapshotError as error:
        errors.print(f"{error}\nThe stacks of {name} cannot be made, so nothing was written.")
        raise typer.Exit(1) from error
    except OSError as error:
        errors.print(f"{error.filename}: {error.strerror}. Nothing was written.")
        raise typer.Exit(1) from error
    out = Console(highlight=False, soft_wrap=True, markup=False)
    for folder in sorted({str(file.parent) for file in files if file.parent.name in (name, "script")}):
        out.print(f"  {folder}/")
    out.print("and tests/snapshots/: what the new stacks hold, and github-actions, which may plan them.")
    out.print(f"Run it:        make demo EXAMPLE={name}\nMake it yours: docs/writing-an-example.md")


if __name__ == "__main__":
    typer.run(new)
