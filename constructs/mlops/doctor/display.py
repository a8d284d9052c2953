"""What was found, at the terminal and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlops.doctor.finding import Finding, Verdict

_SIGNS = {
    Verdict.OK: ("✓", "green"),
    Verdict.LATER: ("…", "cyan"),
    Verdict.UNKNOWN: ("?", "yellow"),
    Verdict.FAULT: ("✗", "red"),
}
# A longer subject, such as a quota's name, gets a line of its own.
_WIDEST_SUBJECT = 20


def show(found: Sequence[Finding], console: Console) -> None:
    """Print each finding within the terminal's width; a remedy in a line of its own, to be copied."""
    width = max((len(f.subject) for f in found if len(f.subject) <= _WIDEST_SUBJECT), default=0)
    for finding in found:
        _row(finding, width, console)
        if finding.remedy:
            # Not wrapped: it is there to be copied.
            console.print(Text(f"    {finding.remedy}", style="bold"), soft_wrap=True)
    console.print(_last_line(found))


def as_objects(found: Sequence[Finding]) -> str:
    """A JSON list with an object for each finding: ``subject``, ``verdict``, ``said``, ``remedy``."""
    return json.dumps([asdict(finding) for finding in found], indent=2, ensure_ascii=False)


def _row(finding: Finding, width: int, console: Console) -> None:
    sign = Text.assemble(_SIGNS[finding.verdict])
    if len(finding.subject) > width:
        console.print(Text.assemble(sign, f" {finding.subject}"))
        console.print(Padding(Text(finding.said), (0, 0, 0, 4), expand=False))
        return
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(width=width)
    table.add_column(overflow="fold")
    table.add_row(sign, finding.subject, Text(finding.said))
    console.print(table)


def _last_line(found: Sequence[Finding]) -> str:
    faults = sum(finding.verdict is Verdict.FAULT for finding in found)
    unknowns = sum(finding.verdict is Verdict.UNKNOWN for finding in found)
    if faults or unknowns:
        return f"{faults} to fix, {unknowns} unchecked; each with its remedy above."
    return "Nothing is wrong."
