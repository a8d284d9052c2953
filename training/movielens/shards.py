"""Training rows as files in S3 that several training instances can share out among them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recordio import Records, encode
from training.movielens.split import Split

# About 68 bytes a row: shards of at most 18 MB, of which a few megabytes more or less do not matter.
ROWS_PER_SHARD = 1 << 18
CONTENT_TYPE = "application/x-recordio-protobuf"
_THREADS = 4


def shard_count(rows: int, instances: int) -> int:
    """A multiple of ``instances``, so that each gets as many shards, of at most ``ROWS_PER_SHARD`` rows."""
    needed = -(-rows // ROWS_PER_SHARD)
    return -(-needed // instances) * instances


def write_shards(split: Split, rows: NDArray[Any], count: int, put: Callable[[str, bytes], None]) -> None:
    """Give ``put`` the rows, in the order given, as ``count`` recordIO-protobuf files of nearly equal length.

    Several files are encoded and put at once, in threads: numpy and the network let each other run.
    """

    def encode_and_put(number: int, part: NDArray[Any]) -> None:
        labels = split.labels[part].astype(np.float32)
        records = Records.of_rows(split.keys(part), labels=labels, dim=split.feature_dim)
        put(f"part-{number:05}.pbr", encode(records))

    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        for _ in pool.map(encode_and_put, range(count), np.array_split(rows, count)):
            pass


def uploader(s3: Any, bucket: str, prefix: str) -> Callable[[str, bytes], None]:
    """What ``write_shards`` puts its files into S3 with."""

    def put(name: str, content: bytes) -> None:
        s3.put_object(Bucket=bucket, Key=f"{prefix}/{name}", Body=content, ContentType=CONTENT_TYPE)

    return put
