"""``mlops monitor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlops.cli.arguments import Example


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
    from mlops.drift import monitor as look

    settings = choose_example(enter_project(), example, "monitor")
    raise typer.Exit(look.monitor(settings, output, record=record))
