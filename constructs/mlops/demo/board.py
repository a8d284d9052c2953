"""Live progress: a table that redraws itself on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

Status = Literal["running", "done", "failed", "stopped"]

_SIGNS = {
    "running": ("…", "cyan"),
    "done": ("✓", "green"),
    "failed": ("✗", "red"),
    "stopped": ("■", "yellow"),
}


@dataclass
class Row:
    """One thing that runs; times are seconds of the monotonic clock."""

    stage: str
    name: str
    status: Status = "running"
    note: str = ""
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds it has run, or ran."""
        return (self.ended or time.monotonic()) - self.started


class Board:
    """The rows of a run, in the order in which they started; a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[tuple[str, str], Row] = {}
        self._live: Live | None = None
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self.resume()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for row in self._rows.values():
            if row.status == "running":
                self.set(row.stage, row.name, "stopped")
        self.pause()

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._started

    @contextmanager
    def step(self, stage: str, name: str) -> Iterator[Row]:
        """A row that runs while the block does, and fails when the block raises."""
        self.set(stage, name, "running")
        row = self._rows[stage, name]
        try:
            yield row
        except KeyboardInterrupt:
            self.set(stage, name, "stopped")
            raise
        except BaseException:
            self.set(stage, name, "failed", row.note)
            raise
        self.set(stage, name, "done", row.note)

    def set(self, stage: str, name: str, status: Status, note: str = "") -> None:
        """Begin or change a row."""
        known = self._rows.get((stage, name))
        row = self._rows[stage, name] = known or Row(stage, name)
        changed = known is None or row.status != status
        row.status, row.note = status, note
        if status != "running" and row.ended is None:
            row.ended = time.monotonic()
        if changed and self._live is None:
            self._console.print(self._line(row), soft_wrap=True)

    def resume(self) -> None:
        """Draw the table, and redraw it as it changes, where the output is a terminal."""
        if self._console.is_terminal and self._live is None:
            self._live = Live(console=self._console, get_renderable=self._table, refresh_per_second=4)
            self._live.start()

    def pause(self) -> None:
        """Leave what is drawn and stop redrawing, so that something else may be printed."""
        if self._live is not None:
            self._live.refresh()
            self._live.stop()
            self._live = None

    def _line(self, row: Row) -> Text:
        sign, colour = _SIGNS[row.status]
        elapsed = "" if row.status == "running" else f"{row.elapsed:6.1f} s"
        line = Text.assemble((f"{sign} ", colour), f"{row.stage:<9} {row.name:<22} {elapsed:>8}  ")
        return line.append(row.note, style="dim")

    def _table(self) -> Table:
        table = Table(box=None, show_header=False, padding=(0, 1))
        for _ in range(4):
            table.add_column()
        table.add_column(overflow="fold")
        stage = ""
        for row in self._rows.values():
            sign, colour = _SIGNS[row.status]
            shown = "" if row.stage == stage else row.stage
            stage = row.stage
            table.add_row(
                Text(sign, colour), shown, row.name, f"{row.elapsed:6.1f} s", Text(row.note, style="dim")
            )
        return table
