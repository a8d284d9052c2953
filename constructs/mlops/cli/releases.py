"""``mlops releases``, ``rollback`` and ``manifests``: what became of every release, and the rollback."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlops.cli.arguments import AsJson, Example

if TYPE_CHECKING:
    from mlops.ledger.store import Ledger
    from mlops.spec import Settings

Release = Annotated[
    str | None,
    typer.Option("--release", help="A release's id, as `mlops releases` shows it.", show_default=False),
]


def releases(example: Example = None, release: Release = None, as_json: AsJson = False) -> None:
    """Show every release, or all evidence of one, with links.

    \b
    Examples:
      mlops releases
      mlops releases churn --json

    Exit code: 0; 1 where AWS refuses; 2 for bad input.
    """
    from rich.console import Console

    from mlops.cli.project import choose_example, enter_project
    from mlops.ledger.history import History
    from mlops.ledger.links import links_to
    from mlops.ledger.overview import as_objects, named, overviews
    from mlops.ledger.table import show_release, show_table

    settings = choose_example(enter_project(), example, "releases")
    ledger = _ledger(settings)
    link = links_to(ledger.bucket, settings.names.region, os.environ)
    found = named(overviews(History(ledger.entries()), link), release)
    if as_json:
        typer.echo(as_objects(found))
    elif release is not None:
        show_release(found[0], Console(highlight=False))
    elif found:
        show_table(found, Console(highlight=False))
    else:
        name = settings.example.name
        typer.echo(f"No release of {name} is in the ledger yet; the first is the next push's.")


def rollback(
    example: Example = None,
    release: Release = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: for programs.")] = False,
) -> None:
    """Let PROD serve an earlier release again.

    Plans, asks, applies that plan, judges it by the gate, records it.

    \b
    Examples:
      mlops rollback
      mlops rollback churn --release 4f1d2c --yes

    Exit code: 0 PROD serves it and it passed; 1 Terraform failed or the gate blocked it; 2 bad input, nothing
    was changed; 3 you refused, nothing was changed.
    """
    from rich.console import Console

    from mlops.cli.project import choose_example, enter_project
    from mlops.ledger.by_hand import bring_back
    from mlops.ledger.rollback import Workspace, check_role
    from mlops.toolchain import terraform_environment

    root = enter_project()
    settings = choose_example(root, example, "rollback")
    check_role(settings)
    environ = terraform_environment()
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(root, settings, _ledger(settings), Path(scratch), lambda: environ)
        raise typer.Exit(bring_back(workspace, release, Console(highlight=False), yes=yes))


def manifests(
    output: Annotated[Path, typer.Option(help="The folder to write <example>.json into.", resolve_path=True)],
) -> None:
    """Write the release.json of what PROD serves, for `plan`.

    With it, endpoint stacks can be planned. Of every example, but not of those with an environment
    in another account, whose plans need a role there.

    \b
    Example:
      mlops manifests --output build/in-service && mlops plan --release build/in-service

    Exit code: 0, also where PROD serves nothing yet; 1 where AWS refuses; 2 for bad input.
    """
    from mlops.cli.project import choose_examples, enter_project
    from mlops.ledger.manifests import write_manifests

    every = choose_examples(enter_project(), (), "manifests")
    here = {each.example.name: _ledger(each) for each in every if not each.remote_environments}
    for example, file in write_manifests(here, output).items():
        typer.echo(f"{example}: {file or 'PROD serves no release yet'}")


def _ledger(settings: Settings) -> Ledger:
    import boto3

    from mlops.ledger.store import Ledger

    s3 = boto3.Session(region_name=settings.names.region).client("s3")
    return Ledger(s3, settings.names.ledger_bucket)
