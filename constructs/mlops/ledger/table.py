"""The releases at the terminal: as a table, and one with all its evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mlops.ledger.entry import Approval
from mlops.ledger.overview import Judgement, Overview

_HEADINGS = ("Release", "Commit", "Trained (UTC)", "QA", "Approved by", "PROD", "Serves")
_ANY_WIDTH = 1000
_STYLES = {"passed": "green", "blocked": "red", "not judged": "yellow"}


def show_table(releases: Sequence[Overview], console: Console) -> None:
    """A line for each release, or a block on a terminal that is too narrow; what serves is in bold."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading)
    for release in releases:
        table.add_row(*_cells(release), style=_style(release))
    if console.measure(table, options=console.options.update(width=_ANY_WIDTH)).maximum <= console.width:
        console.print(table)
        return
    for release in releases:
        block = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for heading, cell in zip(_HEADINGS, _cells(release), strict=True):
            block.add_row(heading, cell, style=_style(release))
        console.print(block, "")


def _cells(release: Overview) -> tuple[str | Text, ...]:
    return (
        release.release_id,
        (release.commit or "-")[:8],
        _minute(release.trained_at),
        _verdict(release.tests.get("qa"), figure=True),
        _approved(release.approval),
        _verdict(release.tests.get("prod")),
        _serves(release),
    )


def _style(release: Overview) -> str:
    return "bold" if release.serves else ""


def show_release(release: Overview, console: Console) -> None:
    """Everything that the ledger has of one release, with links to the evidence."""

    def say(name: str, text: str) -> None:
        console.print(Text(f"{name:<12}{text}"), soft_wrap=True)

    def link(files: dict[str, str]) -> None:
        for name, url in files.items():
            say("", f"{name:<18}{url}")

    say("release", release.release_id)
    say("commit", release.commit or "-")
    say("trained", _minute(release.trained_at))
    link(release.files)
    for environment in ("qa", "prod"):
        plan, test = release.plans.get(environment), release.tests.get(environment)
        title = environment.upper()
        if plan:
            say(f"{title} plan", f"{_minute(plan.at)}  {plan.summary} (sha256 {plan.sha256})")
            link(plan.files)
        if review := release.reviews.get(environment):
            say(f"{title} review", f"{_minute(review.at)}  {review.summary}")
            link(review.files)
        if environment == "prod" and release.approval:
            said = f": {release.approval.said}" if release.approval.said else ""
            say("approved", f"{_minute(release.approval.at)}  {release.approval.by}{said}")
        if test:
            say(f"{title} test", f"{_minute(test.at)}  {test.summary}")
            if test.way_back:
                say("", str(test.way_back))
            link(test.files)
    say("serves", str(_serves(release)).replace("\n", ", ") or "nowhere")


def _verdict(test: Judgement | None, *, figure: bool = False) -> Text:
    if test is None:
        return Text("-")
    found = f": {test.figure}" if figure and test.figure else ""
    back = f"\n{test.way_back}" if test.way_back else ""
    return Text(f"{test.verdict}{found}{back}", style=_STYLES[test.verdict])


def _approved(approval: Approval | None) -> str:
    """The end of the ARN, which is the person's name, and when."""
    return f"{re.split('[:/]', approval.by)[-1]}\n{_minute(approval.at)}" if approval else "-"


def _serves(release: Overview) -> Text:
    told = [
        f"{environment.upper()} since {_minute(served.since)}" + ("" if served.passed else ", NOT PASSED")
        for environment, served in release.serves.items()
    ]
    failed = any(not served.passed for served in release.serves.values())
    return Text("\n".join(told), style="red" if failed else "green")


def _minute(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else "-"
