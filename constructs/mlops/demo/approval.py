"""The person in the loop: shows the evidence of a waiting approval and takes the decision."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.prompt import Confirm
from rich.text import Text

from mlops.demo.approve import Approve


def decision(console: Console, mode: Approve, artifacts: Path) -> tuple[bool, str]:
    """Whether PROD may change, and the sentence to record with it.

    ``artifacts`` holds the unpacked output artifacts; with ``ask`` the review is shown before the question.
    """
    if mode is not Approve.ASK:
        return mode is Approve.YES, f"decided beforehand: --approve {mode}"
    review = artifacts / "ProdReview"
    shown = Text((review / "review.txt").read_text().strip())
    console.print(Panel(shown, title="The review", subtitle=str(review / "review.html")))
    try:
        approved = Confirm.ask("Apply this plan to PROD?", console=console, default=False)
    except EOFError:
        return False, "the terminal's input ended without a decision"
    return approved, "decided at the terminal"
