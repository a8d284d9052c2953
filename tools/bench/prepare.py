"""Preparing ratings for training: this project's way against the per-row csv and ``lil_matrix`` way.

    python -m tools.bench.prepare [--ratings 1000000] [--no-write] [--rounds 1]

Generates a file in the shape of ml-25m's ratings.csv and prepares it both ways, each in a process of its
own, one after the other; prints one JSON object with seconds and peak memory of each and their ratios.
25 million ratings take the per-row way several minutes and more than 10 GB.

Both end with recordIO-protobuf files in the folder. This project's way also checks every rating and
shuffles. The per-row way is that of SageMaker's examples for factorization machines: it reads with the csv
module, fills a ``lil_matrix``, and writes that with the SDK's writer (``bench.per_row``). How much faster
this project's whole way is than theirs up to the matrices alone is told as well; ``--no-write`` leaves their
writing out, which for 25 million ratings takes half an hour.
"""

from __future__ import annotations

import csv
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer
from scipy.sparse import lil_matrix

from tools.bench.per_row import write_sparse
from training.movielens.prepare import rows_to_train_and_test
from training.movielens.ratings import read_ratings
from training.movielens.rows import RatingsForm
from training.movielens.shards import shard_count, write_shards
from training.movielens.split import HELD_OUT_PER_USER, split

# ml-25m: https://files.grouplens.org/datasets/movielens/ml-25m-README.html
RATINGS, USERS, ITEMS = 25_000_095, 162_541, 59_047
_CHUNK_USERS = 4096


def generate(path: Path, ratings: int) -> None:
    """Write about so many ratings, by user, as ml-25m has them; some items are far more popular than most."""
    rng = np.random.default_rng(0)
    users = max(1, round(USERS * ratings / RATINGS))
    each = ratings // users
    popularity = np.cumsum(1 / np.arange(20, ITEMS + 20))
    ids = np.sort(rng.choice(209_171, ITEMS, replace=False)) + 1
    with path.open("wb") as file:
        file.write(b"userId,movieId,rating,timestamp\n")
        for first in range(0, users, _CHUNK_USERS):
            count = min(_CHUNK_USERS, users - first)
            # More than needed, since an item drawn twice by a user counts once.
            drawn = np.searchsorted(popularity, rng.random((count, each * 3 // 2)) * popularity[-1])
            pairs = np.unique(np.arange(first, first + count)[:, None] * ITEMS + drawn)
            pairs = np.sort(rng.choice(pairs, min(count * each, len(pairs)), replace=False))
            user, item = np.divmod(pairs, ITEMS)
            pl.DataFrame(
                {
                    "user": user + 1,
                    "item": ids[item],
                    "rating": rng.integers(1, 11, len(pairs)) / 2,
                    "at": rng.integers(789_652_009, 1_574_327_703, len(pairs)),
                }
            ).write_csv(file, include_header=False)


def vectorised(path: Path, output: Path) -> int:
    """This project's way."""
    form = RatingsForm(",", 4, user=0, item=1, rating=2, header_lines=1)
    with path.open("rb") as file:
        ratings = read_ratings([(path.name, file)], form)
    data = split(ratings)
    rows = len(ratings)
    del ratings
    train, test = rows_to_train_and_test(data, tuning=False)
    for name, part, count in (("train", train, shard_count(len(train), 1)), ("test", test, 1)):
        (output / name).mkdir(parents=True, exist_ok=True)
        write_shards(data, part, count, partial(_write, output / name))
    return rows


def _write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def per_row(path: Path, output: Path | None) -> tuple[int, float]:
    """The per-row way; returns the number of ratings and the seconds until the matrices were filled."""
    start = time.perf_counter()
    users: dict[str, int] = {}
    items: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for user, item, _, _ in _rows(path):
        users.setdefault(user, len(users))
        items.setdefault(item, len(items))
        counts[user] += 1
    held_out = sum(min(count, HELD_OUT_PER_USER) for count in counts.values())
    shape = len(users) + len(items)
    train = lil_matrix((counts.total() - held_out, shape), dtype=np.float32)
    test = lil_matrix((held_out, shape), dtype=np.float32)
    train_labels: list[float] = []
    test_labels: list[float] = []
    seen: Counter[str] = Counter()
    for user, item, rating, _ in _rows(path):
        seen[user] += 1
        first = seen[user] <= HELD_OUT_PER_USER
        matrix, labels = (test, test_labels) if first else (train, train_labels)
        matrix[len(labels), users[user]] = 1
        matrix[len(labels), len(users) + items[item]] = 1
        labels.append(1.0 if float(rating) >= 4 else 0.0)
    filled = time.perf_counter() - start
    rows = len(train_labels) + len(test_labels)
    if output is None:
        return rows, filled
    output.mkdir(parents=True, exist_ok=True)
    for name, matrix, labels in (("train", train, train_labels), ("test", test, test_labels)):
        with (output / f"{name}.pbr").open("wb") as stream:
            write_sparse(stream, matrix.tocsr(), np.array(labels, np.float32))
    return rows, filled


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def main(
    ratings: Annotated[int, typer.Option(min=1000)] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1)] = 1,
    write: Annotated[bool, typer.Option(help="let the per-row way write its matrices")] = True,
    folder: Annotated[Path, typer.Option()] = Path(".work/bench"),
    only: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Compare the two ways of preparing generated ratings."""
    path = folder / f"ratings-{ratings}.csv"
    if only:
        _measure(only, ratings, path, folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _run("generate", ratings, folder)
    theirs_way = "per-row" if write else "per-row-matrices"
    pairs = [(_run("vectorised", ratings, folder), _run(theirs_way, ratings, folder)) for _ in range(rounds)]
    mine, theirs = zip(*pairs, strict=True)
    result = {
        "ratings": mine[0]["ratings"],
        "file_mb": round(path.stat().st_size / 1e6),
        "vectorised": mine,
        "per_row": theirs,
        "times_faster": _ratio("seconds", "seconds", pairs),
        "times_less_cpu": _ratio("cpu_seconds", "cpu_seconds", pairs),
        "times_faster_than_matrices_alone": _ratio("seconds", "matrices_seconds", pairs),
        "times_less_memory": _ratio("peak_mb", "peak_mb", pairs),
    }
    print(json.dumps(result, indent=2))


def _ratio(mine: str, theirs: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> float:
    return round(float(statistics.median(other[theirs] / own[mine] for own, other in pairs)), 1)


def _run(way: str, ratings: int, folder: Path) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "tools.bench.prepare",
        "--ratings",
        str(ratings),
        "--folder",
        str(folder),
        "--only",
        way,
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return dict(json.loads(done.stdout))


def _measure(way: str, ratings: int, path: Path, folder: Path) -> None:
    start = time.perf_counter()
    figures: dict[str, float] = {}
    if way == "generate":
        generate(path, ratings)
    elif way == "vectorised":
        figures["ratings"] = vectorised(path, folder / "vectorised")
    else:
        figures["ratings"], figures["matrices_seconds"] = per_row(
            path, folder / "per-row" if way == "per-row" else None
        )
    figures["seconds"] = time.perf_counter() - start
    figures["cpu_seconds"] = time.process_time()
    # Not a child's ru_maxrss: that starts from its parent's.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    figures["peak_mb"] = int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024
    print(json.dumps({name: round(figure, 2) for name, figure in figures.items()}))


if __name__ == "__main__":
    typer.run(main)
