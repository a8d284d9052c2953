"""``mlops new``."""

from __future__ import annotations

from typing import Annotated

import typer


def new(name: Annotated[str, typer.Argument(help="The example's name.", show_default=False)] = "") -> None:
    """Write a new example, which runs at once.

    \b
    Example:
      mlops new churn && mlops demo churn

    Exit code: 0 written; 1 its stacks cannot be made; 2 the name cannot be used. A failure leaves nothing.
    """
    from mlops.cli.project import enter_project
    from mlops.template.example import create

    files = create(enter_project(), name)
    for folder in sorted({str(file.parent) for file in files if file.parent.name in (name, "script")}):
        typer.echo(f"  {folder}/")
    typer.echo("and tests/snapshots/: what the new stacks hold, and github-actions, which may plan them.")
    typer.echo(f"Run it:        mlops demo {name}\nMake it yours: the library's docs/writing-an-example.md")
