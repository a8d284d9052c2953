"""The report as one self-contained HTML page, to be read by the person who decides."""

from __future__ import annotations

from markupsafe import Markup

from mlops.gate.charts import calibration, roc
from mlops.gate.metrics import TITLES
from mlops.pages import templates
from mlops.spec.gate_report import Figure, GateReport

_SIGNS = {"pass": "✓", "fail": "✗", "not applicable": "-"}


def page(report: GateReport) -> str:
    """The page: verdict first, then what was judged, then what was measured; no script, nothing fetched."""
    environment = templates("mlops.gate")
    environment.filters["figure"] = _figure
    curves = report.curves
    charts = {"ROC": Markup(roc(curves)), "Calibration": Markup(calibration(curves))} if curves else {}  # noqa: S704
    return environment.get_template("page.html.j2").render(
        report=report, titles=TITLES, signs=_SIGNS, charts=charts, order=_worst_first(report)
    )


def _worst_first(report: GateReport) -> list[str]:
    return sorted({check.outcome for check in report.checks}, key=["fail", "not applicable", "pass"].index)


def _figure(figure: Figure | None) -> Markup:
    if figure is None:
        return Markup("-")
    return Markup("{}<br>[{}, {}]").format(
        *(f"{each:.3f}" for each in (figure.value, figure.low, figure.high))
    )
