"""How much faster the codec writes than the per-row writer, both on the same rows in one run.

    python -m tools.bench.recordio [--rows 50000] [--rounds 5]

Prints one JSON object. A round times both, one right after the other; the ratio is the median of the
rounds' ratios, which a busy machine disturbs less than either time.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import typer
from scipy.sparse import csr_matrix

from recordio import Records, decode, encode
from tools.bench import per_row

USERS, ITEMS = 943, 1682  # MovieLens 100k


def main(
    rows: Annotated[int, typer.Option(min=1, help="ratings to write")] = 50_000,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
) -> None:
    """Compare the two writers on ratings as one-hot rows of a user and an item."""
    rng = np.random.default_rng(0)
    keys = np.stack([rng.integers(0, USERS, rows), USERS + rng.integers(0, ITEMS, rows)], axis=1)
    labels = rng.integers(0, 2, rows).astype(np.float32)
    records = Records.of_rows(keys.astype(np.uint32), labels=labels, dim=USERS + ITEMS)
    matrix = csr_matrix((records.values, records.keys, records.indptr), shape=(rows, USERS + ITEMS))

    # A fraction of a second is too short to time: the vectorised sides get the rows many times over.
    repeats = max(1, 1_000_000 // rows)
    data = encode(records)
    if data != per_row.encode_sparse(matrix, labels):
        raise SystemExit("The two writers differ.")
    times = [
        (
            _seconds(lambda: per_row.encode_sparse(matrix, labels)),
            _seconds(lambda: encode(records), repeats),
            _seconds(lambda: decode(data), repeats),
        )
        for _ in range(rounds)
    ]
    print(
        json.dumps(
            {
                "rows": rows,
                "bytes": len(data),
                "identical_bytes": True,
                "per_row_write_rows_per_second": round(rows / min(time[0] for time in times)),
                "write_rows_per_second": round(rows / min(time[1] for time in times)),
                "read_rows_per_second": round(rows / min(time[2] for time in times)),
                "write_ratio": round(statistics.median(time[0] / time[1] for time in times), 1),
                "write_ratio_of_each_round": [round(time[0] / time[1], 1) for time in times],
            },
            indent=2,
        )
    )


def _seconds(action: Callable[[], Any], repeats: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        action()
    return (time.perf_counter() - start) / repeats


if __name__ == "__main__":
    typer.run(main)
