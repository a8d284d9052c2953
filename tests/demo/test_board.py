"""The progress display: lines where there is no terminal, nothing lost when a step fails."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from mlops.demo.board import Board


def console() -> tuple[Console, io.StringIO]:
    output = io.StringIO()
    return Console(file=output, width=120), output


def test_a_step_prints_a_line_when_it_starts_and_one_when_it_ends() -> None:
    target, output = console()
    with Board(target) as board, board.step("Deploy", "movielens-init") as row:
        row.note = "12 added"
    started, ended = output.getvalue().splitlines()
    assert started.split() == ["…", "Deploy", "movielens-init"]
    assert ended.startswith("✓ Deploy    movielens-init")
    assert ended.rstrip().endswith("12 added")


def test_a_failing_step_is_shown_as_failed_and_its_error_goes_on() -> None:
    target, output = console()
    with (
        pytest.raises(RuntimeError, match="no"),
        Board(target) as board,
        board.step("Deploy", "movielens-init"),
    ):
        raise RuntimeError("no")
    assert "✗ Deploy    movielens-init" in output.getvalue()


def test_what_still_runs_at_the_end_is_shown_as_stopped() -> None:
    target, output = console()
    with Board(target) as board:
        board.set("Train", "Train", "running")
    assert "■ Train     Train" in output.getvalue()


def test_an_unchanged_row_prints_nothing_again() -> None:
    target, output = console()
    with Board(target) as board:
        board.set("Train", "Train", "running")
        board.set("Train", "Train", "running", "epoch 3")
        board.set("Train", "Train", "done")
    assert len(output.getvalue().splitlines()) == 2


def test_a_terminal_shows_every_row_once_with_its_elapsed_time() -> None:
    output = io.StringIO()
    with Board(Console(file=output, width=100, force_terminal=True)) as board:
        with board.step("Set up", "Local AWS"):
            pass
        board.pause()
    assert "Local AWS" in output.getvalue()
    assert " s" in output.getvalue()
