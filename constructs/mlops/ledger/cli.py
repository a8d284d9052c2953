"""The command line: ``python -m mlops.ledger``, or ``make releases`` and ``make rollback``."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.prompt import Confirm

from mlops.ledger.entry import Approval
from mlops.ledger.history import History
from mlops.ledger.links import links_to
from mlops.ledger.manifests import write_manifests
from mlops.ledger.overview import overviews
from mlops.ledger.rollback import Rollback, UnjudgedError, Workspace, check_role, target_of
from mlops.ledger.store import Ledger, OverwritingRefusedError
from mlops.ledger.table import show_release, show_table
from mlops.ledger.terraform import TerraformError
from mlops.plans.review import Review
from mlops.plans.terminal import show
from mlops.spec import InvalidInputError, Problem, Settings, load_every_example, load_named_example
from mlops.toolchain import ToolchainError, terraform_environment

FAILED, REFUSED = 1, 3
_NEXT = (
    "Its state is saved and its lock is free, unless it says otherwise. The same command plans anew, "
    "from what there is now."
)

app = typer.Typer(add_completion=False, help="What became of every release, and the way back.")
Example = Annotated[str, typer.Argument(help="A folder of examples/.")]
Release = Annotated[str | None, typer.Option("--release", help="A release's id, as the table shows it.")]


@app.command()
def releases(
    example: Example,
    release: Release = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: everything, as JSON.")] = False,
) -> None:
    """Show every release, the newest first; of one release, all its evidence with links.

    Exit code: 0; 1 where AWS refuses; 2 for bad input.
    """
    with _told():
        settings = load_named_example(Path(), example, "ledger")
        ledger = _ledger(settings)
        link = links_to(ledger.bucket, settings.names.region, os.environ)
        found = overviews(History(ledger.entries()), link)
        if release is not None:
            known = ", ".join(each.release_id for each in found) or "there is none yet"
            found = [each for each in found if each.release_id == release]
            if not found:
                raise InvalidInputError(
                    [Problem("ledger", "--release", release, known, "Name one of these.")]
                )
        if as_json:
            print(json.dumps([each.model_dump(mode="json") for each in found], indent=2))
        elif release is not None:
            show_release(found[0], Console(highlight=False))
        elif found:
            show_table(found, Console(highlight=False))
        else:
            print(f"No release of {example} is in the ledger yet; the first is the next push's.")


@app.command()
def rollback(
    example: Example,
    release: Release = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: for programs.")] = False,
) -> None:
    """Let PROD serve an earlier release again: plan, ask, apply that plan, judge it by the gate, record it.

    Exit code: 0 PROD serves it and it passed; 1 Terraform failed or the gate blocked it; 2 bad input, nothing
    was changed; 3 you refused, nothing was changed.
    """
    console = Console(highlight=False)
    with _told(), tempfile.TemporaryDirectory() as scratch:
        settings = load_named_example(Path(), example, "ledger")
        check_role(settings)
        environ = terraform_environment()
        ledger = _ledger(settings)
        history = History(ledger.entries())
        target = target_of(history, release)
        serving = history.serving("prod")
        console.print(f"PROD serves {serving.release_id if serving else 'nothing'}; back to {target}")
        workspace = Workspace(Path.cwd(), settings, ledger, Path(scratch), lambda: environ)
        code = _carry_out(Rollback(workspace, history, target), console, yes=yes)
    raise typer.Exit(code)


@app.command()
def manifests(
    output: Annotated[Path, typer.Option(help="The folder to write <example>.json into.")],
) -> None:
    """Write the release.json of what PROD serves, of every example: with it, endpoint stacks can be planned.

    Not of examples with an environment in another account, whose plans need a role there. Exit code: 0, also
    where PROD serves nothing yet; 1 where AWS refuses; 2 for bad input.
    """
    with _told():
        every = load_every_example(Path())
        here = {each.example.name: _ledger(each) for each in every if not each.away_environments}
        for example, file in write_manifests(here, output).items():
            print(f"{example}: {file or 'PROD serves no release yet'}")


def _carry_out(way: Rollback, console: Console, *, yes: bool) -> int:
    plan = way.plan()
    show(Review((plan,), compared_with="This is PROD's plan."), console)
    approval = None
    if not plan.empty:
        if not (yes or _agreed(console)):
            console.print("Refused: nothing was changed.")
            return REFUSED
        approval = Approval(by=_caller(), at=datetime.now(UTC), said="make rollback")
        console.print("Applying this plan", soft_wrap=True)
        way.apply(approval)
    code, entry = way.judge(approval)
    console.print(f"Recorded in the ledger: {entry.folder}", soft_wrap=True)
    return code and FAILED


def _agreed(console: Console) -> bool:
    try:
        return Confirm.ask("Apply this plan to PROD?", console=console, default=False)
    except EOFError:
        return False


def _caller() -> str:
    return str(boto3.client("sts").get_caller_identity()["Arn"])


def _ledger(settings: Settings) -> Ledger:
    s3 = boto3.Session(region_name=settings.names.region).client("s3")
    return Ledger(s3, settings.names.ledger_bucket)


@contextmanager
def _told() -> Iterator[None]:
    """Every failure that has a sentence ends with it, and with no traceback."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    try:
        yield
    except (InvalidInputError, ToolchainError) as error:
        errors.print(str(error))
        raise typer.Exit(InvalidInputError.EXIT_CODE) from error
    except TerraformError as error:
        errors.print(f"{error}\n\nTerraform failed. {_NEXT}")
        raise typer.Exit(FAILED) from error
    except UnjudgedError as error:
        errors.print(f"PROD serves the release, but was not judged; the same command judges it.\n{error}")
        raise typer.Exit(FAILED) from error
    except (BotoCoreError, ClientError, OverwritingRefusedError) as error:
        errors.print(f"AWS refused or could not be reached: {error}")
        raise typer.Exit(FAILED) from error
