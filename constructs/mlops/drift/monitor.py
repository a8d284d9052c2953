"""A look for data drift, from the settings to the report's files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from mlops.drift.consequences import files_of, follow_up
from mlops.drift.display import show
from mlops.drift.examination import examine
from mlops.drift.report import Verdict
from mlops.spec import Settings

_EXIT_CODES: dict[Verdict, int] = {"no drift": 0, "drift": 1, "not judged": 2}


def monitor(
    settings: Settings, output: Path, *, record: bool = False, environ: Mapping[str, str] = os.environ
) -> int:
    """Write and print the report; with ``record`` also metric and ledger, and perhaps retrain.

    Returns the exit code: 0 no drift; 1 drift; 2 not judged. With ``record``, which lets an alarm tell of
    it, drift is 0.

    Raises:
        InvalidInputError: PROD serves no release that can be compared with.
    """
    found = examine(settings, environ, datetime.now(UTC))
    report, entry = follow_up(found, settings) if record else (found.report, None)
    output.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(report).items():
        (output / name).write_bytes(content)
    show(report)
    if entry:
        print(f"Recorded in the ledger: {entry.folder}")
    return 0 if record and report.verdict == "drift" else _EXIT_CODES[report.verdict]
