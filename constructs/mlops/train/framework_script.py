"""Train a script in a framework's image to a release: what an example's ``train`` does that has one.

https://docs.aws.amazon.com/sagemaker/latest/dg/frameworks.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import boto3
from sagemaker.core import image_uris

from mlops.spec import Release, Settings
from mlops.train.build import OUTPUT, Build, Log
from mlops.train.jobs import train_once
from mlops.train.model_artifact import require_model
from mlops.train.prepared import PreparedData
from mlops.train.release import write_release
from mlops.train.script_mode import script_hyperparameters, serving_environment, upload_script
from mlops.train.task import Task, channel, json_hyperparameters


@dataclass(frozen=True)
class FrameworkImage:
    """One of AWS's images, as the SageMaker SDK's tables name it."""

    framework: str
    version: str
    python: str

    def uri(self, settings: Settings, scope: str, region: str) -> str:
        """The image in a region, to train (``training``) or to serve (``inference``).

        Raises:
            ValueError: the SDK knows no such image there.
        """
        return str(
            image_uris.retrieve(
                self.framework,
                region,
                version=self.version,
                py_version=self.python,
                instance_type=settings.example.training.instance_type,
                image_scope=scope,
            )
        )


@dataclass(frozen=True)
class FrameworkScript:
    """A script that trains.

    Attributes:
        program: the script's path; the job gets all files of its folder.
        training: the image that runs it.
        serving: the image that serves its model.
        metrics: the names in its log, where each is followed by ``=`` and a number.
        serves: whether the image serves by the script's own ``model_fn`` and the like; the script then
            leaves its folder in the model as ``code``.
    """

    program: Path
    training: FrameworkImage
    serving: FrameworkImage
    metrics: Sequence[str] = ()
    serves: bool = False

    def images(self, settings: Settings) -> list[str]:
        """The image that trains, and in each region the one that serves.

        Raises:
            ValueError: the SDK knows no such image there.
        """
        primary, further = settings.names.region, settings.further_regions
        serving = [self.serving.uri(settings, "inference", region) for region in (primary, *further)]
        return [self.training.uri(settings, "training", primary), *serving]


def train_script(
    build: Build, prepared: PreparedData, script: FrameworkScript, log: Log, output: Path = OUTPUT
) -> Release:
    """Train, and write what the endpoints are built from.

    Raises:
        TrainingError: the job fails or is stopped, with SageMaker's reason, or leaves no model.
    """
    session = boto3.Session(region_name=build.region)
    program = script.program.name
    task = Task(
        image=script.training.uri(build.settings, "training", build.region),
        hyperparameters={**json_hyperparameters(build), **script_hyperparameters(build, program)},
        channels=[
            channel("train", prepared.train, "text/csv"),
            channel("test", prepared.test, "text/csv"),
            upload_script(session.client("s3"), build, script.program.parent),
        ],
        metrics={name: rf"\b{name}=([0-9.]+)" for name in script.metrics},
    )
    job = train_once(build, task, session, log)
    require_model(job, session)
    environment = serving_environment(build, program) if script.serves else {}

    def serving_in(region: str) -> str:
        return script.serving.uri(build.settings, "inference", region)

    return write_release(build, prepared, job, serving_in, {}, log, output, environment)
