"""What one kind of model must tell the gate: how it is asked, how it answers, what it must refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import polars as pl

from mlops.profile import Profile
from mlops.serving.arrays import Floats
from mlops.serving.client import Request
from mlops.spec import Problem, Release

CLUSTER = "cluster"


class ModelProtocol(Protocol):
    """The wire form of one model's requests and replies."""

    @property
    def classes(self) -> tuple[str, ...]:
        """What the labels 0, 1, … stand for."""

    @property
    def malformed_kinds(self) -> tuple[str, ...]:
        """The kinds of malformed request that ``malformed`` makes."""

    def problems(self, rows: pl.DataFrame) -> list[Problem]:
        """What is wrong with the held-out rows' features."""

    def encode(self, rows: pl.DataFrame) -> Request:
        """One request for all of ``rows``."""

    def decode(self, reply: bytes, count: int) -> Floats:
        """The scores of a reply, each between 0 and 1.

        With two classes the probability of class 1, shape ``(count,)``; with more, the probability of
        each, shape ``(count, classes)``.

        Raises:
            EndpointError: the reply does not have valid scores for each row.
        """

    def malformed(self, rows: pl.DataFrame) -> Mapping[str, Request]:
        """A request of each kind, made from valid ``rows``."""

    def captured(self, request: Request, profile: Profile) -> pl.DataFrame:
        """What a request asked, in the columns of ``profile``, to compare it with the training's rows.

        A column ``CLUSTER`` beside these says which rows belong together; without it those of the request do.

        Raises:
            EndpointError: the request cannot be read.
        """


# Raises InvalidInputError if the release lacks what the protocol needs.
ProtocolOf = Callable[[Release], ModelProtocol]
