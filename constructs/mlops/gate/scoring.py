"""Every held-out row's score, asked of the endpoint in batches over several connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from mlops.serving.arrays import Floats
from mlops.serving.client import MAX_BODY_BYTES, EndpointError, Invokable
from mlops.serving.options import Invocation
from mlops.serving.protocol import ModelProtocol


def scores(endpoint: Invokable, protocol: ModelProtocol, rows: pl.DataFrame, options: Invocation) -> Floats:
    """The scores in the rows' order, shape ``(rows,)``.

    Raises:
        EndpointError: of the first batch that was not answered; it names the batch's rows. Batches that
            were not yet sent are not sent.
    """
    starts = range(0, rows.height, options.rows_per_request)

    def score(start: int) -> Floats:
        batch = rows.slice(start, options.rows_per_request)
        try:
            return _score(endpoint, protocol, batch)
        except EndpointError as error:
            raise EndpointError(f"rows {start} to {start + batch.height - 1}: {error}") from error

    with ThreadPoolExecutor(options.connections, thread_name_prefix="scoring") as pool:
        pending = [pool.submit(score, start) for start in starts]
        try:
            return np.concatenate([future.result() for future in pending])
        except EndpointError:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _score(endpoint: Invokable, protocol: ModelProtocol, batch: pl.DataFrame) -> Floats:
    """One request, or two halves where it would be too large for one."""
    request = protocol.encode(batch)
    if len(request.body) > MAX_BODY_BYTES and batch.height > 1:
        middle = batch.height // 2
        halves = batch.slice(0, middle), batch.slice(middle)
        return np.concatenate([_score(endpoint, protocol, half) for half in halves])
    return protocol.decode(endpoint.invoke(request), batch.height)
