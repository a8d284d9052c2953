"""One verdict on one figure or behaviour: pass, fail, or not applicable, always with a reason."""

from __future__ import annotations

from mlops.gate.gate_file import Threshold
from mlops.spec.gate_report import Check, Figure


def judged(name: str, interval: Figure, threshold: Threshold, confidence: float) -> Check:
    """Whether the whole interval keeps the threshold."""
    if threshold.at_least is not None:
        kept, side, bound = interval.low >= threshold.at_least, "lower", interval.low
    else:
        kept, side, bound = interval.high <= threshold.limit, "upper", interval.high
    limit = f"{threshold.sign} {threshold.limit:g}"
    verb = "meets" if kept else "misses"
    reason = (
        f"{interval} {verb} the threshold {limit}"
        f" (judged: {bound:.4f}, the {confidence:.0%} interval's {side} bound)"
    )
    return Check(
        name=name,
        outcome="pass" if kept else "fail",
        reason=reason,
        value=interval.value,
        low=interval.low,
        high=interval.high,
        limit=limit,
    )


def below(name: str, value: float, limit: float, unit: str) -> Check:
    """Whether a figure without an interval is at most ``limit``."""
    kept = value <= limit
    reason = f"{value:.1f} {unit} {'is within' if kept else 'is above'} the limit {limit:g} {unit}"
    return Check(
        name=name, outcome="pass" if kept else "fail", reason=reason, value=value, limit=f"≤ {limit:g} {unit}"
    )


def behaves(name: str, well: bool, reason: str) -> Check:
    """Whether the endpoint did what it should."""
    return Check(name=name, outcome="pass" if well else "fail", reason=reason)


def not_applicable(name: str, reason: str) -> Check:
    """A check that could not be made; it never counts as a pass."""
    return Check(name=name, outcome="not applicable", reason=reason)
