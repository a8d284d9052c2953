"""Training data to a release: ``python -m training.movielens.train``, after ``prepare``.

Runs the SageMaker job and writes ``release.json`` and ``metrics.json`` to the output folder.
"""

from __future__ import annotations

from pathlib import Path

import boto3

from mlops.spec import Release, Settings
from mlops.train.build import OUTPUT, Build, Log, load_build, run
from mlops.train.jobs import run_name, train_once
from mlops.train.release import write_release
from training.movielens import algorithm
from training.movielens.prepared import PreparedRatings
from training.movielens.tuning import finish_tuning, start_tuning


def images(settings: Settings) -> list[str]:
    """The algorithm's image, which trains and serves, in each region."""
    return [algorithm.image_in(region) for region in (settings.names.region, *settings.further_regions)]


def train(build: Build, prepared: PreparedRatings, log: Log, output: Path = OUTPUT) -> Release:
    """Train, and write what the endpoints are built from.

    Raises:
        TrainingError: the job fails or is stopped; with SageMaker's reason.
    """
    session = boto3.Session(region_name=build.region)
    task = algorithm.task(build, prepared)
    if build.settings.example.training.tuning.enabled:
        job = finish_tuning(start_tuning(build, task, session, run_name(build)), build, session, log)
    else:
        job = train_once(build, task, session, log)
    further = {"baseline": prepared.baseline}
    return write_release(build, prepared, job, algorithm.image_in, further, log, output)


def main() -> None:
    """Train the build that the environment describes."""
    train(load_build(), PreparedRatings.load(), Log())


if __name__ == "__main__":
    run(main)
