"""All stacks of an example."""

from __future__ import annotations

from cdktf import App

from mlops.constructs.training_data import TrainingDataConfig
from mlops.spec import Example, Release, Settings
from mlops.spec.example import referred
from mlops.stacks.access import AccessStack
from mlops.stacks.base import say_left_out
from mlops.stacks.endpoint import EndpointStack
from mlops.stacks.init import InitStack
from mlops.stacks.pipeline import PipelineStack, PipelineStackConfig


def add_example_stacks(app: App, settings: Settings, release: Release | None, example: Example) -> None:
    """Add every stack of the example; those of the environments only when there is a release to deploy."""
    data = TrainingDataConfig(
        names=settings.names, files=example.files, fetch_command=example.fetch_command, tables=example.tables
    )
    training, endpoint = settings.example.training.image, settings.example.endpoint.image
    training_images = (training,) if training else example.training_images
    endpoint_images = (endpoint,) if endpoint else example.endpoint_images
    InitStack(app, settings, data)
    config = PipelineStackConfig(
        data=data, training_images=training_images, endpoint_images=endpoint_images, channels=example.channels
    )
    PipelineStack(app, settings, config)
    for environment in settings.remote_environments:
        AccessStack(app, environment, settings, endpoint_images)
    if release is None:
        say_left_out(settings)
    else:
        EndpointStack(app, "qa", settings, release)
        EndpointStack(app, "prod", settings, release)
    if example.own_stacks:
        referred(example.own_stacks)(app, settings, release)
