"""The time and memory of synthesizing all stacks, beside the stock import of the bindings.

Every pair runs one after the other, so that a busy machine slows both; the figure is the median of the pairs'
ratios. Both must write the same JSON, or there is no figure.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from mlops.toolchain.bindings import CHOICE

ROOT = Path(__file__).parents[2]
RELEASE = {
    "example": "movielens",
    "release_id": "bench",
    "created_at": "2026-01-02T00:00:00Z",
    "commit": "a" * 40,
    "model": {
        "image": "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1",
        "model_data_url": "s3://mlops-movielens-models-123456789012-eu-west-1/bench/model/model.tar.gz",
    },
    "training": {"job_name": "bench"},
    "data": {"sha256": "0" * 64, "rows": 100_000, "train_rows": 90_570, "held_out_rows": 9430},
}


@dataclass(frozen=True)
class Run:
    """One synthesis; ``megabytes`` are those of the larger of its two processes, Python and Node."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    stacks: Mapping[str, str]


def synthesize(folder: Path, choice: str) -> Run:
    """Run ``main.py`` with every stack, the endpoints' included.

    Raises:
        SystemExit: it failed.
    """
    release = folder / "release.json"
    release.write_text(json.dumps(RELEASE))
    output = folder / "cdktf.out"
    environment = {
        **os.environ,
        CHOICE: choice,
        "MLOPS_RELEASE": str(release),
        "CDKTF_OUTDIR": str(output),
    }
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "main.py"], cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("main.py failed")
    files = sorted(output.glob("stacks/*/cdk.tf.json"))
    stacks = {file.parent.name: file.read_text() for file in files}
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, stacks)


def main(pairs: Annotated[int, typer.Option(min=1, help="how many times to run both")] = 3) -> None:
    """Print the time and memory of both, and the ratios."""
    ratios, cpu_ratios = [], []
    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder), "")
        for _ in range(pairs):
            stock, ours = synthesize(Path(folder), "stock"), synthesize(Path(folder), "")
            if stock.stacks != ours.stacks or not ours.stacks:
                raise SystemExit("The two synthesize different stacks.")
            for name, run in (("stock", stock), ("ours", ours)):
                line = (
                    f"{name:5}  {run.seconds:6.2f} s  CPU {run.cpu_seconds:6.2f} s  {run.megabytes:4.0f} MB"
                )
                typer.echo(line)
            ratios.append(ours.seconds / stock.seconds)
            cpu_ratios.append(ours.cpu_seconds / stock.cpu_seconds)
    typer.echo(f"The same JSON of {len(ours.stacks)} stacks: {', '.join(ours.stacks)}")
    time_ratio, cpu_ratio = statistics.median(ratios), statistics.median(cpu_ratios)
    typer.echo(f"Ratio of time {time_ratio:.3f}, of CPU time {cpu_ratio:.3f}")


if __name__ == "__main__":
    typer.run(main)
