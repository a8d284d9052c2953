"""Captured invocations as rows, in the columns that they are compared in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from mlops.drift.captured import Captured
from mlops.gate.score_columns import score_columns
from mlops.profile import Profile
from mlops.profile.columns import Places
from mlops.serving.client import EndpointError
from mlops.serving.protocol import CLUSTER, ModelProtocol


@dataclass(frozen=True)
class Rows:
    """Rows with a number for each that tells which belong together; empty where nothing could be read."""

    columns: pl.DataFrame
    clusters: Places

    @property
    def groups(self) -> int:
        """How many different ``clusters`` there are."""
        return len(np.unique(self.clusters))


@dataclass(frozen=True)
class Read:
    """What was asked and what was answered; ``unreadable`` counts the requests that say neither."""

    asked: Rows
    answered: Rows
    unreadable: int


def read_rows(captured: Sequence[Captured], protocol: ModelProtocol, profile: Profile) -> Read:
    """The rows of all requests, and of the answers to those that can be read."""
    asked: list[pl.DataFrame] = []
    answered: list[pl.DataFrame] = []
    unreadable = 0
    for number, each in enumerate(captured):
        try:
            rows = protocol.captured(each.request, profile)
        except EndpointError:
            unreadable += 1
            continue
        rows = rows.with_columns(request=pl.lit(number))
        asked.append(rows)
        if each.reply is not None:
            try:
                scores = protocol.decode(each.reply, rows.height)
            except EndpointError:
                continue
            together = rows.select(pl.col("request", *({CLUSTER} & set(rows.columns))))
            answered.append(score_columns(scores, protocol.classes).hstack(together))
    return Read(_rows(asked), _rows(answered), unreadable)


def _rows(frames: list[pl.DataFrame]) -> Rows:
    if not frames:
        return Rows(pl.DataFrame(), np.zeros(0, np.int64))
    rows = pl.concat(frames)
    # What belongs to nobody known belongs to its request.
    together = [pl.col("request")] if CLUSTER not in rows.columns else [_own(), pl.col(CLUSTER)]
    clusters = rows.select(pl.struct(together).rank("dense")).to_series().to_numpy().astype(np.int64)
    return Rows(rows.drop("request", *({CLUSTER} & set(rows.columns))), clusters)


def _own() -> pl.Expr:
    return pl.when(pl.col(CLUSTER).is_null()).then(pl.col("request")).alias("request")
