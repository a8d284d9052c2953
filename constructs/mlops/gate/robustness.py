"""Malformed requests must be refused, and must leave the endpoint as it was."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from mlops.gate.checks import behaves
from mlops.serving.arrays import Floats
from mlops.serving.client import EndpointError, Invokable, RefusedError, Request
from mlops.serving.protocol import ModelProtocol
from mlops.spec.gate_report import Check

_REPEATED_ROWS = 10


def malformed_checks(
    endpoint: Invokable, protocol: ModelProtocol, rows: pl.DataFrame, kinds: Iterable[str]
) -> list[Check]:
    """A check for each kind: only a refusal passes, neither a prediction nor silence does."""
    requests = protocol.malformed(rows)
    return [_check(endpoint, kind, requests[kind]) for kind in kinds]


def _check(endpoint: Invokable, kind: str, request: Request) -> Check:
    name = f"malformed: {kind}"
    try:
        reply = endpoint.invoke(request)
    except RefusedError as refusal:
        how = f"with status {refusal.status}" if refusal.status else f"since {refusal}"
        return behaves(name, True, f"refused {how}")
    except EndpointError as error:
        return behaves(name, False, f"not refused but failed: {error}")
    return behaves(name, False, f"answered in place of a refusal: {reply[:100]!r}")


def answers_as_before(
    endpoint: Invokable, protocol: ModelProtocol, rows: pl.DataFrame, before: Floats
) -> Check:
    """Whether the first rows still get the scores that they got ``before``."""
    name = "answers as before"
    count = min(_REPEATED_ROWS, rows.height)
    try:
        again = protocol.decode(endpoint.invoke(protocol.encode(rows.head(count))), count)
    except EndpointError as error:
        return behaves(name, False, f"no answer after the malformed requests: {error}")
    difference = float(np.max(np.abs(again - before[:count])))
    if difference > 1e-5:
        return behaves(name, False, f"scores differ by up to {difference:.2g} after the malformed requests")
    return behaves(name, True, f"the same scores for {count} rows after the malformed requests")
