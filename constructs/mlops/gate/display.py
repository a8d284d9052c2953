"""The report as a table for the build's log."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mlops.spec.gate_report import Confusion, GateReport

_WIDTH_OF_A_LOG = 120
_STYLES = {"pass": "green", "fail": "bold red", "not applicable": "yellow"}


def show(report: GateReport) -> None:
    """Print what was judged and what follows."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_LOG, highlight=False)
    if report.checks:
        table = Table("check", "outcome", "reason", title=_title(report), title_justify="left")
        for check in report.checks:
            table.add_row(
                escape(check.name), check.outcome, escape(check.reason), style=_STYLES[check.outcome]
            )
        console.print(table)
    if report.confusion:
        console.print(_confusion(report.confusion))
    for problem in report.problems:
        console.print(escape(problem), style="red")
    console.print(escape(f"\n{report.summary}\n{report.consequence}"), style="bold", soft_wrap=True)


def _confusion(confusion: Confusion) -> Table:
    table = Table("", *(f"taken for {escape(name)}" for name in confusion.classes))
    for name, counts in zip(confusion.classes, confusion.counts, strict=True):
        table.add_row(escape(name), *map(str, counts))
    return table


def _title(report: GateReport) -> str:
    release = report.release.release_id if report.release else "no release"
    endpoint = report.endpoint.name if report.endpoint else "no endpoint"
    users = f" in {report.clusters} clusters" if report.clusters else ""
    return escape(f"release {release} on {endpoint}: {report.rows} held-out rows{users}")
