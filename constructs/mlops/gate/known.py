"""Rows whose class nobody doubts: a model that takes one for another is not the one that was meant."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from mlops.gate.checks import behaves, not_applicable
from mlops.gate.gate_file import Known
from mlops.gate.metrics import predicted
from mlops.serving.client import EndpointError, Invokable
from mlops.serving.protocol import ModelProtocol
from mlops.spec.gate_report import Check


def rows_of(known: Sequence[Known]) -> pl.DataFrame:
    """The rows as a table of feature columns."""
    return pl.DataFrame([one.row for one in known])


def known_checks(endpoint: Invokable, protocol: ModelProtocol, known: Sequence[Known]) -> list[Check]:
    """A check for each known row, each asked on its own."""
    return [_check(endpoint, protocol, one) for one in known]


def no_known(known: Sequence[Known], reason: str) -> list[Check]:
    """The same checks where nothing could be asked."""
    return [not_applicable(_name(one), reason) for one in known]


def _name(known: Known) -> str:
    return f"known: {known.name}"


def _check(endpoint: Invokable, protocol: ModelProtocol, known: Known) -> Check:
    try:
        scores = protocol.decode(endpoint.invoke(protocol.encode(rows_of([known]))), 1)
    except EndpointError as error:
        return behaves(_name(known), False, str(error))
    found = int(predicted(scores)[0])
    given, right = protocol.classes[found], protocol.classes[known.label]
    reason = f"taken for {given}" if found == known.label else f"taken for {given}; it is {right}"
    return behaves(_name(known), found == known.label, reason)
