"""``mlops demo``, ``up`` and ``down``: pipelines on the local AWS."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mlops.cli.arguments import Example, WorkFolder
from mlops.demo.approve import Approve


def demo(
    example: Example = None,
    approve: Annotated[
        Approve, typer.Option(help="Who approves PROD: ask shows the plan and waits.")
    ] = Approve.YES,
    folder: WorkFolder = None,
    keep: Annotated[bool, typer.Option(help="Leave the local AWS running after success.")] = True,
) -> None:
    """Run an example's pipeline on the local AWS, up to PROD.

    \b
    Examples:
      mlops demo
      mlops demo churn --approve ask

    Exit code: 0 PROD serves the release; 1 the pipeline ended without it; 2 bad input; 130 interrupted.
    """
    from rich.console import Console

    from mlops.cli.project import enter_project
    from mlops.demo.run import Run
    from mlops.spec import load_settings

    root = enter_project()
    settings = load_settings(root, _checked(root, example, approve))
    run = Run(root, settings, folder or root / ".work", approve, Console(highlight=False))
    raise typer.Exit(run.to_the_end(keep))


def up(
    examples: Annotated[
        list[str] | None, typer.Argument(help="Folders of examples/; all of them.", show_default=False)
    ] = None,
    folder: WorkFolder = None,
) -> None:
    """Start the local AWS with pipelines that wait for pushes.

    \b
    Examples:
      mlops up
      mlops up churn && git push local main

    Exit code: 0 it waits for pushes; 1 something failed; 2 bad input; 130 interrupted.
    """
    from rich.console import Console

    from mlops.cli.project import choose_examples, enter_project
    from mlops.demo.standby import Standby

    root = enter_project()
    settings = choose_examples(root, examples or (), "up")
    Standby(root, settings, folder or root / ".work", Console(highlight=False)).make()


def down(folder: WorkFolder = None) -> None:
    """Stop the local AWS of `demo` and `up`, and what runs on it.

    \b
    Example:
      mlops down

    Exit code: 0 none runs any more; 1 it does not stop; 2 bad input.
    """
    from mlops.cli.project import enter_project
    from mlops.demo.server import stop

    work = folder or enter_project() / ".work"
    url = stop(work / "local-aws")
    told = f"The local AWS at {url} has stopped." if url else f"No local AWS runs in {work}."
    typer.echo(told, err=True)


def _checked(root: Path, example: str | None, approve: Approve) -> str:
    """The example's name, after both arguments have been looked at."""
    from mlops.cli.project import example_name
    from mlops.spec import InvalidInputError, Problem

    problems, name = [], ""
    if approve is Approve.ASK and not sys.stdin.isatty():
        remedy = "The standard input is no terminal: run it at one, or decide with --approve yes."
        problems.append(Problem("demo", "--approve", approve, "yes, no; ask at a terminal", remedy))
    try:
        name = example_name(root, example, "demo")
    except InvalidInputError as error:
        problems.extend(error.problems)
    if problems:
        raise InvalidInputError(problems)
    return name
