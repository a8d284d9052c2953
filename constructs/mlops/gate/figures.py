"""Every metric of the release, beside those of what it is compared with."""

from __future__ import annotations

from mlops.gate.case import Case
from mlops.gate.champion import Champion
from mlops.gate.checks import judged, not_applicable
from mlops.gate.gate_file import Thresholds
from mlops.gate.intervals import Estimate
from mlops.gate.metrics import METRICS, TITLES, MetricName, metrics_of
from mlops.serving.arrays import Floats
from mlops.spec.gate_report import Check, Comparison, Metric


def figures(case: Case, answered: Floats, champion: Champion | str) -> tuple[dict[str, Metric], list[Check]]:
    """Every metric with its interval, and a check for each threshold: absolute, then paired."""
    held_out, gate = case.held_out, case.gate
    metrics: dict[str, Metric] = {}
    absolute: list[Check] = []
    paired: list[Check] = []
    for name, metric in metrics_of(len(case.protocol.classes)).items():
        model = metric(held_out.labels, answered)
        interval = model.interval(gate.evaluation.confidence, held_out.clusters)
        threshold = gate.thresholds.given.get(name)
        if threshold:
            absolute.append(judged(TITLES[name], interval, threshold, gate.evaluation.confidence))
        baseline = _compared(case, name, model, held_out.baseline, "baseline", gate.baseline)
        best = champion.answered if isinstance(champion, Champion) else None
        current = _compared(case, name, model, best, "champion", gate.champion)
        metrics[name] = Metric(model=interval, baseline=baseline[0], champion=current[0])
        paired += [*baseline[1], *current[1]]
    if isinstance(champion, str):
        paired += no_champion(case, champion)
    return metrics, [*absolute, *paired]


def no_champion(case: Case, reason: str) -> list[Check]:
    """The checks against the champion where there is none to compare with."""
    return [not_applicable(_title(name, "champion"), reason) for name in case.gate.champion.given]


def no_figures(case: Case, reason: str) -> list[Check]:
    """All the checks where nothing was answered."""
    gate = case.gate
    names = [
        *(TITLES[name] for name in gate.thresholds.given),
        *(_title(name, "baseline") for name in gate.baseline.given),
    ]
    return [*(not_applicable(name, reason) for name in names), *no_champion(case, reason)]


def _title(name: MetricName, other: str) -> str:
    return f"{TITLES[name]} - {other}"


def _compared(
    case: Case, name: MetricName, model: Estimate, scores: Floats | None, by: str, limits: Thresholds
) -> tuple[Comparison | None, list[Check]]:
    """The other's figure, and whether the paired difference to it keeps its limit."""
    if scores is None:
        return None, []
    confidence, clusters = case.gate.evaluation.confidence, case.held_out.clusters
    other = METRICS[name](case.held_out.labels, scores)
    difference = (model - other).interval(confidence, clusters)
    found = Comparison(figure=other.interval(confidence, clusters), difference=difference)
    limit = limits.given.get(name)
    return found, [judged(_title(name, by), difference, limit, confidence)] if limit else []
