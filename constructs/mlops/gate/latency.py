"""How long a single-row request takes, as the build sees it."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
import polars as pl

from mlops.gate.checks import below, not_applicable
from mlops.gate.gate_file import Latency
from mlops.serving.client import Invokable
from mlops.serving.protocol import ModelProtocol
from mlops.spec.gate_report import Check

_PERCENTILES = (50, 90, 99)


def latency_ms(
    endpoint: Invokable, protocol: ModelProtocol, rows: pl.DataFrame, options: Latency
) -> dict[str, float]:
    """The percentiles in milliseconds, by name, of requests sent one after the other.

    Raises:
        EndpointError: a request was not answered.
    """
    elapsed = []
    for number in range(options.warm_up + options.requests):
        request = protocol.encode(rows.slice(number % rows.height, 1))
        started = time.perf_counter()
        reply = endpoint.invoke(request)
        elapsed.append((time.perf_counter() - started) * 1000)
        protocol.decode(reply, 1)
    # "higher" gives a time that was really seen, never one between two.
    measured = np.percentile(elapsed[options.warm_up :], _PERCENTILES, method="higher")
    return {f"p{percent}": float(value) for percent, value in zip(_PERCENTILES, measured, strict=True)}


def latency_checks(measured: Mapping[str, float], limits: Latency, variant: str = "") -> list[Check]:
    """A check for each percentile; of one of several variants, each named after it."""
    allowed = {"p50": limits.p50_ms, "p90": limits.p90_ms, "p99": limits.p99_ms}
    return [
        below(of_variant(f"latency {name}", variant), measured[name], limit, "ms")
        for name, limit in allowed.items()
    ]


def of_variant(name: str, variant: str) -> str:
    """What a figure is called: after its variant where there are several."""
    return f"{name} of {variant}" if variant else name


def no_latency(reason: str) -> list[Check]:
    """The same checks where nothing could be measured."""
    return [not_applicable(f"latency p{percent}", reason) for percent in _PERCENTILES]
