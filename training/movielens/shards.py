"""Training rows as files in S3 that several training instances can share out among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recordio import Records, encode
from training.movielens.split import Split

# About 68 bytes a row: shards of at most 18 MB, of which a few megabytes more or less do not matter.
ROWS_PER_SHARD = 1 << 18
CONTENT_TYPE = "application/x-recordio-protobuf"


def shard_count(rows: int, instances: int) -> int:
    """A multiple of ``instances``, so that each gets as many shards, of at most ``ROWS_PER_SHARD`` rows."""
    needed = -(-rows // ROWS_PER_SHARD)
    return -(-needed // instances) * instances


def shards(split: Split, rows: NDArray[Any], count: int) -> Iterator[bytes]:
    """The rows in ``count`` recordIO-protobuf files of nearly equal length, in the order given."""
    for part in np.array_split(rows, count):
        labels = split.labels[part].astype(np.float32)
        yield encode(Records.of_rows(split.keys(part), labels=labels, dim=split.feature_dim))


def upload(s3: Any, bucket: str, prefix: str, files: Iterator[bytes]) -> str:
    """Store the files as ``<prefix>/part-00000.pbr`` and so on; returns the prefix's URL."""
    for number, content in enumerate(files):
        key = f"{prefix}/part-{number:05}.pbr"
        s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType=CONTENT_TYPE)
    return f"s3://{bucket}/{prefix}/"
