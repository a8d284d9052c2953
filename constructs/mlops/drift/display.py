"""The report as a table at the terminal, and for the build's log."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mlops.drift.report import DriftReport

_WIDTH_OF_A_LOG = 120
_STYLES = {"pass": "green", "fail": "bold red", "not applicable": "yellow"}


def show(report: DriftReport) -> None:
    """Print each column's check, then the verdict."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_LOG, highlight=False)
    title = (
        f"release {report.release_id} on {report.endpoint}: {report.rows:,} rows in {report.requests:,} "
        f"requests since {report.since:%Y-%m-%d %H:%M} UTC"
    )
    table = Table("column", "outcome", "reason", title=escape(title), title_justify="left")
    for each in report.columns:
        check = each.check
        table.add_row(escape(check.name), check.outcome, escape(check.reason), style=_STYLES[check.outcome])
    console.print(table)
    console.print(escape(f"\n{report.summary}\n{report.retraining}".rstrip()), style="bold", soft_wrap=True)
