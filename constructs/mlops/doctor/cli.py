"""The doctor's command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import typer
from rich.console import Console
from rich.text import Text

from mlops.doctor.examination import examine
from mlops.doctor.finding import Finding, Verdict
from mlops.doctor.set_up import SetUp
from mlops.spec import InvalidInputError
from mlops.spec.settings import load_every_example

ROOT = Path.cwd()
_SIGNS = {
    Verdict.OK: ("✓", "green"),
    Verdict.LATER: ("…", "cyan"),
    Verdict.UNKNOWN: ("?", "yellow"),
    Verdict.FAULT: ("✗", "red"),
}


def doctor() -> None:
    """Look at what a person must have done once before the pipelines can run; change nothing.

    Exit code: 0 nothing is wrong; 1 something is, or could not be looked at; 2 bad settings.
    """
    out = Console(highlight=False, soft_wrap=True)
    try:
        set_up = SetUp(ROOT, tuple(load_every_example(ROOT)), boto3.Session())
    except InvalidInputError as error:
        Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(str(error))
        raise typer.Exit(InvalidInputError.EXIT_CODE) from error
    found = examine(set_up)
    for line in _lines(found):
        out.print(line)
    out.print(_last_line(found))
    bad = any(finding.verdict in (Verdict.FAULT, Verdict.UNKNOWN) for finding in found)
    raise typer.Exit(int(bad))


def _lines(found: list[Finding]) -> Iterator[Text]:
    """A line for each finding; a remedy in a line of its own, to be copied."""
    width = max(len(finding.subject) for finding in found)
    for finding in found:
        yield Text.assemble(_SIGNS[finding.verdict], f" {finding.subject:<{width}}  {finding.said}")
        if finding.remedy:
            yield Text(f"    {finding.remedy}", style="bold")


def _last_line(found: list[Finding]) -> str:
    faults = sum(finding.verdict is Verdict.FAULT for finding in found)
    unknowns = sum(finding.verdict is Verdict.UNKNOWN for finding in found)
    if faults or unknowns:
        return f"{faults} to mend, {unknowns} not looked at; each with its remedy above."
    return "Nothing is wrong."
