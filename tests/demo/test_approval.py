"""The approval: decided beforehand, or by a person who has seen the plan and the figures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from demo.approval import Approve, decision
from demo.execution import Action


def artifacts(folder: Path) -> Path:
    (folder / "ProdPlan").mkdir()
    (folder / "ProdPlan/plan.txt").write_text("Plan: 3 to add, 0 to change, 0 to destroy.")
    return folder


def qa_test() -> Action:
    return Action("QA", "Test", "Succeeded", "", "", {}, {"GATE_SUMMARY": "PASSED: accuracy 0.715"})


@pytest.mark.parametrize(("mode", "approved"), [(Approve.YES, True), (Approve.NO, False)])
def test_a_decision_made_beforehand_asks_nobody(tmp_path: Path, mode: Approve, approved: bool) -> None:
    assert decision(Console(file=io.StringIO()), mode, tmp_path, [])[0] is approved


@pytest.mark.parametrize(("answer", "approved"), [("y", True), ("n", False)])
def test_a_person_sees_the_plan_and_the_figures_and_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, approved: bool
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    output = io.StringIO()
    console = Console(file=output, width=120)
    assert decision(console, Approve.ASK, artifacts(tmp_path), [qa_test()])[0] is approved
    assert "3 to add, 0 to change, 0 to destroy" in output.getvalue()
    assert "PASSED: accuracy 0.715" in output.getvalue()
