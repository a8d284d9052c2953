"""What one example's training job is made of, and what the settings say of every example's.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sagemaker.core.shapes import (
    Channel,
    DataSource,
    OutputDataConfig,
    ResourceConfig,
    S3DataSource,
    StoppingCondition,
)

from mlops.spec.instance_types import has_instance_store
from mlops.spec.settings import Hyperparameter
from mlops.train.build import Build


@dataclass(frozen=True)
class Task:
    """What differs from one example's training job to another's.

    ``metrics`` are regular expressions by the metric's name; the first group is the value, as in
    https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html. Built-in algorithms have
    their own.
    """

    image: str
    hyperparameters: Mapping[str, str]
    channels: Sequence[Channel]
    metrics: Mapping[str, str] = field(default_factory=dict)


def channel(name: str, url: str, content_type: str, *, sharded: bool = False) -> Channel:
    """All objects under ``url`` as files; shared out among the instances where ``sharded``."""
    source = S3DataSource(
        s3_data_type="S3Prefix",
        s3_uri=url,
        s3_data_distribution_type="ShardedByS3Key" if sharded else "FullyReplicated",
    )
    return Channel(
        channel_name=name,
        data_source=DataSource(s3_data_source=source),
        content_type=content_type,
        input_mode="File",
    )


def chosen_hyperparameters(build: Build) -> dict[str, str]:
    """The settings' hyperparameters as SageMaker takes them, as text: ``true``, ``0.10``."""
    chosen = build.settings.example.training.hyperparameters
    return {name: _text(value) for name, value in chosen.items()}


def json_hyperparameters(build: Build) -> dict[str, str]:
    """The same for a framework's image, which reads each as JSON: ``"1.10"`` in quotes stays a text.

    https://github.com/aws/sagemaker-training-toolkit
    """
    chosen = build.settings.example.training.hyperparameters
    return {
        name: json.dumps(value) if isinstance(value, str) else _text(value) for name, value in chosen.items()
    }


def _text(value: Hyperparameter) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _resources(build: Build) -> ResourceConfig:
    """The instances; their volumes are encrypted with the models bucket's key where they have any."""
    training = build.settings.example.training
    key = {} if has_instance_store(training.instance_type) else {"volume_kms_key_id": _key(build)}
    return ResourceConfig(
        instance_type=training.instance_type,
        instance_count=training.instance_count,
        volume_size_in_gb=training.volume_size_gb,
        **key,
    )


def training_image(build: Build, task: Task) -> str:
    """The user's own image where the settings name one."""
    return build.settings.example.training.image or task.image


def job_definition(build: Build, task: Task) -> dict[str, Any]:
    """What a training job and a tuning job's definition state in the same words.

    As far as the execution role lets them: isolated from the network.
    """
    return {
        "role_arn": build.names.role_arn("training-execution"),
        "input_data_config": list(task.channels),
        "output_data_config": _output(build),
        "resource_config": _resources(build),
        "stopping_condition": _stopping(build),
        "enable_network_isolation": True,
        "enable_inter_container_traffic_encryption": build.settings.example.training.instance_count > 1,
    }


def _output(build: Build) -> OutputDataConfig:
    """Where the model goes, and the key that encrypts it."""
    path = f"s3://{build.names.models_bucket}/{build.execution_id}/model/"
    return OutputDataConfig(s3_output_path=path, kms_key_id=_key(build))


def _stopping(build: Build) -> StoppingCondition:
    """How long a job may run."""
    return StoppingCondition(max_runtime_in_seconds=build.settings.example.training.max_runtime_seconds)


def _key(build: Build) -> str:
    return build.names.bucket_key_arn(build.names.models_bucket)
