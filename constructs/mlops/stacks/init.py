"""``<example>-init``: the raw data."""

from __future__ import annotations

from constructs import Construct

from mlops.constructs.training_data import TrainingData, TrainingDataConfig
from mlops.spec import Settings
from mlops.stacks.base import ExampleStack


class InitStack(ExampleStack):
    """The data bucket with the example's files, and the catalogue to query them through if it has tables.

    Raises:
        InvalidInputError: with everything that is wrong with ``data``.
    """

    def __init__(self, scope: Construct, settings: Settings, data: TrainingDataConfig) -> None:
        super().__init__(scope, "init", settings)
        TrainingData(self, "data", data)
