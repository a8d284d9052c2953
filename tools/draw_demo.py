"""Draw ``docs/demo.svg`` from what a run of the demo left on a terminal.

script -qec "stty cols 100; make demo" demo.log
.venv/bin/python docs/draw_demo.py demo.log
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURE = Path(__file__).parents[1] / "docs" / "demo.svg"
COLUMNS = 100
# How rich's Live goes back to the top of its table before it draws it anew.
_REDRAW = "\x1b[1A"
_CONTROL = re.compile(r"\x1b\[\?\d+[hl]|\x1b\[\d*[AK]|\r")


def last_screen(recorded: str) -> str:
    """The last state of the table with everything printed after it, without ``script``'s own lines."""
    screen = _CONTROL.sub("", recorded.rpartition(_REDRAW)[2])
    lines = [line.rstrip() for line in screen.splitlines() if not line.startswith("Script ")]
    return "\n".join(lines).strip("\n")


def draw(screen: str) -> str:
    """The screen as an SVG, broken at 100 columns as a terminal does."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False)
    for line in screen.splitlines():
        text = Text.from_ansi(line)
        for part in text.divide(range(COLUMNS, text.cell_len, COLUMNS)):
            console.print(part)
    svg = console.export_svg(title="make demo", theme=MONOKAI, unique_id="demo")
    # Some programs that draw SVG drop the spaces at the beginning of a text otherwise.
    return svg.replace("<text ", '<text xml:space="preserve" ')


if __name__ == "__main__":
    PICTURE.write_text(draw(last_screen(Path(sys.argv[1]).read_text(encoding="utf-8"))), encoding="utf-8")
