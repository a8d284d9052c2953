"""``mlops monitor``."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mlops.cli.arguments import Example

_EXIT_CODES = {"no drift": 0, "drift": 1, "not judged": 2}


def monitor(
    example: Example = None,
    output: Annotated[
        Path, typer.Option(help="Folder of drift.json and drift.html.", resolve_path=True)
    ] = Path("drift-report"),
    record: Annotated[
        bool,
        typer.Option(
            "--record", help="As the pipeline's build: the metric, the ledger, perhaps a retraining."
        ),
    ] = False,
) -> None:
    """Look for data drift: compare PROD's requests with the training.

    What PROD was asked, and answered, beside what its release was trained on.

    \b
    Examples:
      mlops monitor
      mlops monitor churn --output build/drift

    Exit code: 0 no drift; 1 drift; 2 it cannot be judged, or AWS refuses. With --record drift ends with 0,
    since an alarm tells of it.
    """
    from mlops.cli.project import choose_example, enter_project
    from mlops.drift.consequences import files_of, follow_up
    from mlops.drift.display import show
    from mlops.drift.examination import examine

    settings = choose_example(enter_project(), example, "monitor")
    found = examine(settings, os.environ, datetime.now(UTC))
    report, entry = follow_up(found, settings) if record else (found.report, None)
    output.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(report).items():
        (output / name).write_bytes(content)
    show(report)
    if entry:
        typer.echo(f"Recorded in the ledger: {entry.folder}")
    raise typer.Exit(0 if record and report.verdict == "drift" else _EXIT_CODES[report.verdict])
