"""A table in the data bucket to training data: what an example's ``prepare`` does that trains on one.

Writes the training and test rows to the models bucket, ``prepared.json``, ``held_out.parquet`` and
``profile.json``, what the training rows look like, to the output folder.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import polars as pl
from botocore.exceptions import ClientError

from mlops.profile import Profile
from mlops.train.build import OUTPUT, Build, Log, TrainingError
from mlops.train.prepared import PreparedData
from mlops.train.table import Table, read_table, split


@dataclass(frozen=True)
class TableData:
    """A table, its key in the data bucket, and how many of its rows the gate gets.

    Attributes:
        share: the part of each class that is held out.
        fewest: with fewer rows of a class nothing is trained.
    """

    table: Table
    key: str
    share: float
    fewest: int


def prepare_table(build: Build, data: TableData, log: Log, output: Path = OUTPUT) -> PreparedData:
    """Read, check, split and upload the table; the job finds its rows in ``<what a row is>.csv``.

    Raises:
        TrainingError: the data bucket does not have it.
        InvalidInputError: with everything that is wrong with it.
    """
    table = data.table
    s3 = boto3.Session(region_name=build.region).client("s3")
    content = _download(s3, build.names.data_bucket, data.key)
    rows = read_table(content, data.key, table)
    train, held_out = split(rows, data.key, table, share=data.share, fewest=data.fewest)
    log(f"{rows.height} {table.rows}; {held_out.height} held out")
    output.mkdir(parents=True, exist_ok=True)
    _asked(held_out, table).write_parquet(output / "held_out.parquet")
    Profile.of(train.select(table.features)).write(output)
    digest = hashlib.sha256(content).hexdigest()

    def upload(channel: str, rows: pl.DataFrame) -> str:
        # One execution has one commit: with the same data, a retry writes the same files once more.
        prefix = f"{build.execution_id}/{channel}/{digest[:12]}/"
        key, body = f"{prefix}{table.rows}.csv", rows.write_csv().encode()
        s3.put_object(Bucket=build.names.models_bucket, Key=key, Body=body, ContentType="text/csv")
        return f"s3://{build.names.models_bucket}/{prefix}"

    prepared = PreparedData(
        train=upload("train", train),
        test=upload("test", held_out),
        rows=rows.height,
        train_rows=train.height,
        held_out_rows=held_out.height,
        sha256=digest,
    )
    prepared.write(output)
    log(f"{train.height} training rows under {prepared.train}")
    return prepared


def _asked(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """What the gate asks the endpoint: ``features``, a list in each row, and ``label``."""
    return rows.select(features=pl.concat_list(table.features), label=pl.col("label").cast(pl.UInt8))


def _download(s3: Any, bucket: str, key: str) -> bytes:
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchBucket"):
            raise
        raise TrainingError(
            f"s3://{bucket}/{key} is not there. Deploy the init stack with the data in place."
        ) from error
