"""Ratings to training data: ``python -m training.movielens.prepare``.

Needs the variables of a pipeline's build (see ``build.py``). Writes the training and test shards to the
models bucket, ``prepared.json``, ``held_out.parquet`` and ``profile.json`` to the output folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import numpy as np
import polars as pl
from numpy.typing import NDArray

from mlops.train.build import OUTPUT, Build, Log, TrainingError, load_build, run
from training.movielens import baseline
from training.movielens.athena import count_rows
from training.movielens.catalogue import open_ratings, ratings_table
from training.movielens.prepared import PreparedRatings
from training.movielens.profile import profile_of
from training.movielens.ratings import Ratings, read_ratings
from training.movielens.shards import shard_count, uploader, write_shards
from training.movielens.split import Split, split

# Of the training rows; models are chosen on these while tuning, so that the gate's rows stay unseen.
_TUNING_SHARE = 0.05


def prepare(build: Build, log: Log, output: Path = OUTPUT) -> PreparedRatings:
    """Read, check, split and upload the ratings.

    Raises:
        TrainingError: the catalogue or Athena fails, or Athena counts other rows than were read.
        InvalidInputError: with everything that is wrong with the ratings.
    """
    session = boto3.Session(region_name=build.region)
    s3 = session.client("s3")
    ratings = _read(session, s3, build, log)
    data = split(ratings)
    log(
        f"{len(ratings):,} ratings of {len(data.item_ids):,} items by {len(data.user_ids):,} users; "
        f"{data.held_out.sum():,} held out"
    )
    output.mkdir(parents=True, exist_ok=True)
    metrics = _write_held_out(data, output / "held_out.parquet")
    figures = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
    log(f"baseline on the held-out rows: {figures}")
    train, test = rows_to_train_and_test(data, tuning=build.settings.example.training.tuning.enabled)
    count = shard_count(len(train), build.settings.example.training.instance_count)
    prepared = PreparedRatings(
        train=_upload(s3, build, "train", data, train, count),
        test=_upload(s3, build, "test", data, test, 1),
        facts={"feature_dim": data.feature_dim},
        rows=len(data.labels),
        train_rows=len(train),
        held_out_rows=int(data.held_out.sum()),
        sha256=data.fingerprint,
        baseline=metrics,
    )
    prepared.write(output)
    profile_of(data).write(output)
    log(f"{len(train):,} training rows in {count} files under {prepared.train}")
    return prepared


def _read(session: boto3.Session, s3: Any, build: Build, log: Log) -> Ratings:
    table = ratings_table(session.client("glue"), s3, build.names, log)
    counted = count_rows(session.client("athena"), build.names)
    log(f"Athena counts {counted:,} ratings in {table.database}.{table.name}")
    ratings = read_ratings(open_ratings(s3, table), table.form)
    if len(ratings) != counted:
        raise TrainingError(
            f"Athena counts {counted} ratings, but s3://{table.bucket}/{table.prefix} holds {len(ratings)}. "
            f"If files are being written, wait and retry the stage; else run {build.names.glue_crawler}."
        )
    return ratings


def rows_to_train_and_test(data: Split, *, tuning: bool) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The rows to train on, shuffled (the same way each time), and those to evaluate the training on."""
    train = np.flatnonzero(~data.held_out).astype(np.uint64)
    # Sorting random numbers with the rows in their lower halves is several times faster than swapping.
    train |= np.random.default_rng(0).integers(1 << 32, size=len(train), dtype=np.uint64) << np.uint64(32)
    train.sort()
    shuffled = train.astype(np.uint32)
    if tuning:
        cut = int(len(shuffled) * _TUNING_SHARE) + 1
        return shuffled[cut:], shuffled[:cut]
    return shuffled, np.flatnonzero(data.held_out).astype(np.uint32)


def _upload(s3: Any, build: Build, purpose: str, data: Split, rows: NDArray[Any], count: int) -> str:
    # One execution has one commit: with the same data, a retry writes the same files once more.
    prefix = f"{build.execution_id}/{purpose}/{data.fingerprint[:12]}"
    bucket = build.names.models_bucket
    write_shards(data, rows, count, uploader(s3, bucket, prefix))
    return f"s3://{bucket}/{prefix}/"


def _write_held_out(data: Split, path: Path) -> dict[str, float]:
    """Write the gate's rows with the baseline's scores; returns the baseline's metrics on them."""
    train = ~data.held_out
    sizes = (len(data.user_ids), len(data.item_ids))
    fitted = baseline.fit(data.users[train], data.items[train], data.labels[train], sizes)
    rows = np.flatnonzero(data.held_out)
    users, items, labels = data.users[rows], data.items[rows], data.labels[rows]
    scores = fitted.scores(users, items)
    pl.DataFrame(
        {
            "keys": pl.Series(data.keys(rows)).cast(pl.List(pl.UInt32)),
            "label": labels,
            "baseline_score": scores,
            "user_id": data.user_ids[users].astype(np.int64),
            "item_id": data.item_ids[items].astype(np.int64),
        }
    ).write_parquet(path)
    return baseline.metrics(labels, scores)


def main() -> None:
    """Prepare the data of the build that the environment describes."""
    prepare(load_build(), Log())


if __name__ == "__main__":
    run(main)
