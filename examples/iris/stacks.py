"""The stacks of the iris classifier."""

from __future__ import annotations

from pathlib import Path

from cdktf import App

from mlops.constructs.training_data import TrainingFile
from mlops.spec import Release, Settings
from mlops.stacks.example import ExampleStacksConfig, add_example_stacks

STACKS = ExampleStacksConfig(
    files=(TrainingFile(Path(__file__).parent / "data" / "iris.csv", "flowers/iris.csv"),),
    fetch_command="python -m examples.iris.fetch_data",
    training_images=("tensorflow-training",),
    endpoint_images=("tensorflow-inference",),
    # The script that trains is a channel, too.
    channels=("train", "test", "code"),
)


def add_stacks(app: App, settings: Settings, release: Release | None) -> None:
    """Add every stack of the example; those of the environments only when there is a release to deploy."""
    add_example_stacks(app, settings, release, STACKS)
