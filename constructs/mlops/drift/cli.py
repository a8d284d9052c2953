"""The command line: ``python -m mlops.drift``, or ``make monitor``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from mlops.drift.consequences import files_of, follow_up
from mlops.drift.display import show
from mlops.drift.examination import examine
from mlops.drift.report import DriftReport, Verdict
from mlops.ledger.store import OverwritingRefusedError
from mlops.spec import InvalidInputError, load_named_example

UNJUDGED = InvalidInputError.EXIT_CODE
EXIT_CODES: dict[Verdict, int] = {"no drift": 0, "drift": 1, "not judged": UNJUDGED}

app = typer.Typer(add_completion=False)


@app.command()
def monitor(
    example: Annotated[str, typer.Argument(help="A folder of examples/.")],
    output: Annotated[Path, typer.Option(help="Folder of drift.json and drift.html.")] = Path("drift-report"),
    record: Annotated[
        bool,
        typer.Option(
            "--record", help="As the pipeline's build: the metric, the ledger, perhaps a retraining."
        ),
    ] = False,
) -> None:
    """Compare what PROD was asked, and answered, with what its release was trained on.

    Exit code: 0 no drift; 1 drift; 2 it cannot be judged, or AWS refuses. With --record drift ends with 0,
    since an alarm tells of it.
    """
    with _told():
        settings = load_named_example(Path(), example, "data_drift")
        found = examine(settings, os.environ, datetime.now(UTC))
        report, entry = follow_up(found, settings) if record else (found.report, None)
        _write(report, output)
        show(report)
        if entry:
            print(f"Recorded in the ledger: {entry.folder}")
    raise typer.Exit(0 if record and report.verdict == "drift" else EXIT_CODES[report.verdict])


def _write(report: DriftReport, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(report).items():
        (folder / name).write_bytes(content)


@contextmanager
def _told() -> Iterator[None]:
    """Every failure that has a sentence ends with it, and with no traceback."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    try:
        yield
    except InvalidInputError as error:
        errors.print(str(error))
    except (BotoCoreError, ClientError, OverwritingRefusedError) as error:
        errors.print(f"AWS refused or could not be reached: {error}")
    except OSError as error:
        errors.print(f"The report cannot be written: {error}")
    else:
        return
    raise typer.Exit(UNJUDGED)
