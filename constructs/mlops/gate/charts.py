"""The report's charts as SVG for a page: black lines and shapes, so that colour says nothing alone."""

from __future__ import annotations

import io
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import PercentFormatter

from mlops.spec.gate_report import Curves

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text, in the page's own font
    "svg.hashsalt": "gate",  # the same report is the same file
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_INCHES = (4.2, 3.6)


def roc(curves: Curves) -> str:
    """The ROC curve beside the diagonal of a model that guesses."""
    with matplotlib.rc_context(_STYLE):
        drawing, axes = _square("share of class 0 taken for 1", "share of class 1 found")
        axes.plot(*zip(*curves.roc, strict=True), color="black", label="this release")
        axes.legend(loc="lower right", frameon=False)
        return _svg(drawing)


def calibration(curves: Curves) -> str:
    """What was predicted against what was the case; the larger a point, the more rows."""
    with matplotlib.rc_context(_STYLE):
        drawing, axes = _square("mean predicted probability", "share that is class 1")
        most = max(each.rows for each in curves.calibration)
        axes.plot(
            [each.predicted for each in curves.calibration],
            [each.observed for each in curves.calibration],
            color="black",
            linewidth=0.8,
        )
        axes.scatter(
            [each.predicted for each in curves.calibration],
            [each.observed for each in curves.calibration],
            s=[20 + 80 * each.rows / most for each in curves.calibration],
            color="black",
        )
        return _svg(drawing)


def _square(across: str, up: str) -> tuple[Drawing, Axes]:
    """Axes from 0 to 1 with the diagonal."""
    drawing = Drawing(figsize=_INCHES, layout="constrained")
    axes = drawing.add_subplot()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1)
    axes.set(xlabel=across, ylabel=up, xlim=(0, 1), ylim=(0, 1), aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    return drawing, axes


def _svg(drawing: Drawing) -> str:
    out = io.StringIO()
    drawing.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    text = out.getvalue()
    # Without the XML declaration and the document type, which only a file of its own has.
    return text[text.index("<svg") :]
