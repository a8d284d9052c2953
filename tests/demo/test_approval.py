"""The approval: decided beforehand, or by a person who has seen the review."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from mlops.demo.approval import decision
from mlops.demo.approve import Approve


def artifacts(folder: Path) -> Path:
    (folder / "ProdReview").mkdir()
    (folder / "ProdReview/review.txt").write_text("Release movielens to PROD?\n\nPROD  2 REPLACED, 1 changed")
    return folder


@pytest.mark.parametrize(("mode", "approved"), [(Approve.YES, True), (Approve.NO, False)])
def test_a_decision_made_beforehand_asks_nobody(tmp_path: Path, mode: Approve, approved: bool) -> None:
    assert decision(Console(file=io.StringIO()), mode, tmp_path)[0] is approved


@pytest.mark.parametrize(("answer", "approved"), [("y", True), ("n", False)])
def test_a_person_sees_the_review_and_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, approved: bool
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    output = io.StringIO()
    console = Console(file=output, width=120)
    assert decision(console, Approve.ASK, artifacts(tmp_path))[0] is approved
    assert "PROD  2 REPLACED, 1 changed" in output.getvalue()
    assert "ProdReview/review.html" in output.getvalue()
