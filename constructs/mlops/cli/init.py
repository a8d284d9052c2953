"""``mlops init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    root: Annotated[Path, typer.Argument(help="The new repository's folder.", metavar="FOLDER")] = Path(),
    model: Annotated[str, typer.Option(help="The name of its first model.")] = "tumours",
    wheels: Annotated[
        Path | None,
        typer.Option(
            help="A folder with the library's wheels, where no package index has them.",
            exists=True,
            file_okay=False,
            resolve_path=True,
            show_default=False,
        ),
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", help="Bring a repository the installed library's workflows, as a diff."),
    ] = False,
) -> None:
    """Write a repository of your own, with one model that runs.

    Settings, the model, its gate, tests, workflows.

    \b
    Examples:
      mlops init my-team && cd my-team && make demo
      mlops init my-team --model churn
      mlops init --update

    Exit code: 0 written; 1 the requirements cannot be resolved, or the stacks cannot be made; 2 bad input.
    A failure leaves nothing.
    """
    if update:
        _update()
        return
    from mlops.template import repository

    committed = repository.init(root, model, wheels)
    typer.echo(f"{root.resolve()} is yours: examples/{model}/ is a model, README.md says what is what.")
    if not committed:
        typer.echo("It lies within another git repository: commit it there.")
    typer.echo(f"Run it: {'' if root == Path() else f'cd {root} && '}make demo")


def _update() -> None:
    from mlops.cli.project import enter_project
    from mlops.template.repository import WORKFLOWS, update

    differing = update(enter_project())
    if not differing:
        typer.echo(f"{WORKFLOWS}/ is as the installed library has it.")
        return
    typer.echo("\n".join(f"  {file}" for file in differing))
    typer.echo(
        f"See what is new: git diff {WORKFLOWS}. Then commit it, or take it back: git checkout {WORKFLOWS}"
    )
