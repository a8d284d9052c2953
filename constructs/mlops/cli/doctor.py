"""``mlops doctor``."""

from __future__ import annotations

import typer

from mlops.cli.arguments import AsJson


def doctor(as_json: AsJson = False) -> None:
    """Show what a person must still do before pipelines can run.

    Changes nothing.

    \b
    Examples:
      mlops doctor
      mlops doctor --json

    Exit code: 0 nothing is wrong; 1 something is, or could not be looked at; 2 bad settings.
    """
    import boto3
    from rich.console import Console

    from mlops.cli.project import choose_examples, enter_project
    from mlops.doctor.display import as_objects, show
    from mlops.doctor.examination import examine
    from mlops.doctor.finding import is_bad
    from mlops.doctor.set_up import SetUp

    root = enter_project()
    found = examine(SetUp(root, tuple(choose_examples(root, (), "doctor")), boto3.Session()))
    if as_json:
        typer.echo(as_objects(found))
    else:
        show(found, Console(highlight=False))
    raise typer.Exit(int(any(map(is_bad, found))))
