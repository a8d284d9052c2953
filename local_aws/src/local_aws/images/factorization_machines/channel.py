"""A channel's rows, read from its recordIO-protobuf files in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from local_aws.images.factorization_machines.hyperparameters import Hyperparameters
from local_aws.images.factorization_machines.model import Floats
from recordio import RecordIOError, Records, read

# A record takes about twice as much in a file as in arrays.
_KEPT_IN_MEMORY = 512 << 20


class ChannelError(ValueError):
    """A channel that cannot be trained on or tested with."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows with labels: a SciPy CSR array of shape (n, feature_dim), and shape (n,); float32."""

    features: Any
    labels: Floats


class Channel:
    """The rows of a channel, checked against the hyperparameters as they are read.

    Files up to 512 MB together are decoded once and kept; larger ones are streamed in every epoch.

    Raises:
        ChannelError: the channel has no file.
    """

    def __init__(self, name: str, files: list[Path], given: Hyperparameters) -> None:
        if not files:
            raise ChannelError(f"the {name} channel holds no file")
        self.name = name
        self._files = files
        self._given = given
        self._keep = sum(path.stat().st_size for path in files) <= _KEPT_IN_MEMORY
        self._kept: list[Rows] = []

    def pieces(self) -> Iterator[Rows]:
        """All rows, some hundred thousand at a time, always in the same order.

        Raises:
            ChannelError: a file is not recordIO-protobuf, or its rows do not fit the hyperparameters.
        """
        if self._kept:
            yield from self._kept
            return
        for path in self._files:
            try:
                with path.open("rb") as stream:
                    for records in read(stream):
                        piece = self._checked(path, records)
                        if self._keep:
                            self._kept.append(piece)
                        yield piece
            except RecordIOError as error:
                raise ChannelError(
                    f"the {self.name} channel's file {path.name} is not recordIO-protobuf "
                    f"with Float32 tensors: {error}"
                ) from error

    def _checked(self, path: Path, records: Records) -> Rows:
        where = f"the {self.name} channel's file {path.name}"
        if records.labels is None:
            raise ChannelError(f"{where} has rows without a label")
        largest = max(int(records.keys.max(initial=-1)) + 1, records.dim or 0)
        dim = self._given.feature_dim
        if largest > dim:
            raise ChannelError(f"{where} has rows of {largest} features; feature_dim is {dim}")
        if not (np.isfinite(records.values).all() and np.isfinite(records.labels).all()):
            raise ChannelError(f"{where} holds values that are not finite numbers")
        if self._given.is_classifier and not np.isin(records.labels, (0, 1)).all():
            raise ChannelError(
                f"{where} has labels other than 0 and 1, and predictor_type is binary_classifier"
            )
        # SciPy is fastest where both of its index arrays are 32 bits wide.
        small = np.int32 if max(len(records.keys), dim) < 2**31 else np.int64
        arrays = records.values, records.keys.astype(small), records.indptr.astype(small)
        return Rows(csr_array(arrays, shape=(len(records), dim)), records.labels)
