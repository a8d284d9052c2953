"""Several variants of an endpoint: one release on several fleets, of which each must answer the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from mlops.gate.checks import behaves
from mlops.gate.scoring import scores
from mlops.serving.arrays import Floats
from mlops.serving.client import EndpointError, Invokable
from mlops.serving.options import Invocation
from mlops.serving.protocol import ModelProtocol
from mlops.spec.gate_report import Check

# Processors of other kinds round otherwise; a score in single precision differs by far less.
_ROUNDING = 1e-3


def variant_checks(
    others: Mapping[str, Invokable],
    protocol: ModelProtocol,
    rows: pl.DataFrame,
    options: Invocation,
    answered: Floats,
) -> list[Check]:
    """Whether each of the ``others`` gives every row the score that the first variant ``answered``."""
    return [_check(name, variant, protocol, rows, options, answered) for name, variant in others.items()]


def _check(
    name: str,
    variant: Invokable,
    protocol: ModelProtocol,
    rows: pl.DataFrame,
    options: Invocation,
    answered: Floats,
) -> Check:
    title = f"variant {name} answers alike"
    try:
        own = scores(variant, protocol, rows, options)
    except EndpointError as error:
        return behaves(title, False, str(error))
    difference = float(np.max(np.abs(own - answered)))
    reason = f"scores differ from the first variant's by up to {difference:.2g} on {rows.height} rows"
    return behaves(title, difference <= _ROUNDING, reason)
