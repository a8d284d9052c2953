"""The iris classifier: its data, its images, and where its code is."""

from __future__ import annotations

from pathlib import Path

from mlops.spec import Example, TrainingFile

EXAMPLE = Example(
    files=(TrainingFile(Path(__file__).parent / "data" / "iris.csv", "flowers/iris.csv"),),
    fetch_command="python -m examples.iris.fetch_data",
    training_images=("tensorflow-training",),
    endpoint_images=("tensorflow-inference",),
    images="training.iris.train:images",
    protocol="endpoint_tests.iris.protocol:protocol_of",
    # The script that trains is a channel, too.
    channels=("train", "test", "code"),
)
