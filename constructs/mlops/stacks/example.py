"""All stacks of an example: what a ``stacks.py`` calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import App

from mlops.constructs.data_catalog import Table
from mlops.constructs.training_data import TrainingDataConfig, TrainingFile
from mlops.spec import Release, Settings
from mlops.stacks.access import AccessStack
from mlops.stacks.base import say_left_out
from mlops.stacks.endpoint import EndpointStack
from mlops.stacks.init import InitStack
from mlops.stacks.pipeline import PipelineStack, PipelineStackConfig


@dataclass(frozen=True)
class ExampleStacksConfig:
    """What one example differs in from another, beside its settings.

    Attributes:
        files: the raw data, as it lies on the machine that runs Terraform.
        fetch_command: what a user runs when a file is missing.
        tables: how Athena sees the files; without any, training reads the files themselves.
        training_images: the ECR repositories of AWS's images that train, without registry and tag; a user's
            own image, which the settings name, comes in their place.
        endpoint_images: the same of the images that serve.
        channels: what a training job reads, each in a folder of the models bucket.
    """

    files: Sequence[TrainingFile]
    fetch_command: str
    training_images: Sequence[str]
    endpoint_images: Sequence[str]
    tables: Sequence[Table] = ()
    channels: Sequence[str] = ("train", "test")


def add_example_stacks(
    app: App, settings: Settings, release: Release | None, config: ExampleStacksConfig
) -> None:
    """Add every stack of the example; those of the environments only when there is a release to deploy."""
    data = TrainingDataConfig(settings.names, config.files, config.fetch_command, config.tables)
    training, endpoint = settings.example.training.image, settings.example.endpoint.image
    training_images = (training,) if training else config.training_images
    endpoint_images = (endpoint,) if endpoint else config.endpoint_images
    InitStack(app, settings, data)
    PipelineStack(app, settings, PipelineStackConfig(data, training_images, endpoint_images, config.channels))
    for environment in settings.away_environments:
        AccessStack(app, environment, settings, endpoint_images)
    if release is None:
        say_left_out(settings)
        return
    EndpointStack(app, "qa", settings, release)
    EndpointStack(app, "prod", settings, release)
