"""SageMaker's built-in factorization machines, told where the data is.

https://docs.aws.amazon.com/sagemaker/latest/dg/fact-machines.html
"""

from __future__ import annotations

from sagemaker.core import image_uris

from mlops.train.build import Build
from mlops.train.task import Task, channel, chosen_hyperparameters
from training.movielens.prepared import PreparedRatings
from training.movielens.shards import CONTENT_TYPE


def image_in(region: str) -> str:
    """The algorithm's image, which trains and serves."""
    return str(image_uris.retrieve("factorization-machines", region))


def task(build: Build, prepared: PreparedRatings) -> Task:
    """The algorithm on the prepared ratings.

    Training shards are shared out among the instances where there are several; test shards are for each.
    """
    several = build.settings.example.training.instance_count > 1
    return Task(
        image=image_in(build.region),
        hyperparameters={**chosen_hyperparameters(build), "feature_dim": str(prepared.feature_dim)},
        channels=[
            channel("train", prepared.train, CONTENT_TYPE, sharded=several),
            channel("test", prepared.test, CONTENT_TYPE),
        ],
    )
