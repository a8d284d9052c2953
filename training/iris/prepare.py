"""Flowers to training data: ``python -m training.iris.prepare``.

Needs the variables of a pipeline's build (see ``training/build.py``). Writes the training and test rows and
the script that trains to the models bucket, ``prepared.json`` and ``held_out.parquet`` to the output folder.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import polars as pl
from botocore.exceptions import ClientError
from sklearn.model_selection import train_test_split

from mlops_spec import InvalidInputError, Problem
from training.build import OUTPUT, Build, Log, TrainingError, load_build, run
from training.iris.flowers import MEASURES, SPECIES, read_flowers
from training.prepared import PreparedData

KEY = "flowers/iris.csv"
_HELD_OUT_SHARE = 0.2
_FEWEST_OF_A_SPECIES = 25
_SEED = 0


def prepare(build: Build, log: Log, output: Path = OUTPUT) -> PreparedData:
    """Read, check, split and upload the flowers.

    Raises:
        TrainingError: the data bucket does not have them.
        InvalidInputError: with everything that is wrong with them.
    """
    s3 = boto3.Session(region_name=build.region).client("s3")
    content = _download(s3, build.names.data_bucket)
    flowers = read_flowers(content, KEY)
    train, held_out = split(flowers)
    log(f"{flowers.height} flowers; {held_out.height} held out")
    output.mkdir(parents=True, exist_ok=True)
    held_out.select(features=pl.concat_list(MEASURES), label=pl.col("label").cast(pl.UInt8)).write_parquet(
        output / "held_out.parquet"
    )
    digest = hashlib.sha256(content).hexdigest()

    def upload(channel: str, rows: pl.DataFrame) -> str:
        # One execution has one commit: with the same data, a retry writes the same files once more.
        prefix = f"{build.execution_id}/{channel}/{digest[:12]}/"
        body = rows.write_csv().encode()
        bucket = build.names.models_bucket
        s3.put_object(Bucket=bucket, Key=f"{prefix}flowers.csv", Body=body, ContentType="text/csv")
        return f"s3://{bucket}/{prefix}"

    prepared = PreparedData(
        train=upload("train", train),
        test=upload("test", held_out),
        rows=flowers.height,
        train_rows=train.height,
        held_out_rows=held_out.height,
        sha256=digest,
    )
    prepared.write(output)
    log(f"{train.height} training rows under {prepared.train}")
    return prepared


def split(flowers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A fifth of each species held out, the same each time.

    Raises:
        InvalidInputError: with every species that has too few flowers.
    """
    counts = np.bincount(flowers["label"].to_numpy(), minlength=len(SPECIES))
    allowed = f"at least {_FEWEST_OF_A_SPECIES} flowers, so that enough are held out"
    problems = [
        Problem(KEY, species, f"{count} flowers", allowed, "Add flowers.")
        for species, count in zip(SPECIES, counts, strict=True)
        if count < _FEWEST_OF_A_SPECIES
    ]
    if problems:
        raise InvalidInputError(problems)
    train, held_out = train_test_split(
        np.arange(flowers.height),
        test_size=_HELD_OUT_SHARE,
        stratify=flowers["label"].to_numpy(),
        random_state=_SEED,
    )
    return flowers[train], flowers[held_out]


def _download(s3: Any, bucket: str) -> bytes:
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=KEY)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchBucket"):
            raise
        raise TrainingError(
            f"s3://{bucket}/{KEY} is not there. Deploy the init stack with the data in place."
        ) from error


def main() -> None:
    """Prepare the data of the build that the environment describes."""
    prepare(load_build(), Log())


if __name__ == "__main__":
    run(main)
