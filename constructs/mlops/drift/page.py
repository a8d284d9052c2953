"""The report as one self-contained HTML page."""

from __future__ import annotations

from mlops.drift.report import DriftReport
from mlops.pages import templates

_SIGNS = {"pass": "✓", "fail": "✗", "not applicable": "-"}
_ORDER = ("fail", "not applicable", "pass")


def page(report: DriftReport) -> str:
    """The page: verdict first, then each column, what drifted before the rest; no script, nothing fetched."""
    ordered = sorted(report.columns, key=lambda each: _ORDER.index(each.check.outcome))
    return (
        templates("mlops.drift")
        .get_template("drift.html.j2")
        .render(report=report, columns=ordered, signs=_SIGNS)
    )
