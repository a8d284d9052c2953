"""SageMaker's built-in factorization machines, told where the data is and on what to run.

https://docs.aws.amazon.com/sagemaker/latest/dg/fact-machines.html
"""

from __future__ import annotations

from sagemaker.core import image_uris
from sagemaker.core.shapes import (
    Channel,
    DataSource,
    OutputDataConfig,
    ResourceConfig,
    S3DataSource,
    StoppingCondition,
)

from mlops_spec.instance_types import has_instance_store
from training.movielens.build import Build
from training.movielens.prepared import Prepared
from training.movielens.shards import CONTENT_TYPE


def image(build: Build) -> str:
    """The URI of the algorithm's image in the build's region."""
    return str(image_uris.retrieve("factorization-machines", build.region))


def hyperparameters(build: Build, prepared: Prepared) -> dict[str, str]:
    """The settings' hyperparameters and the data's number of features."""
    chosen = {name: str(value) for name, value in build.settings.example.training.hyperparameters.items()}
    return {**chosen, "feature_dim": str(prepared.feature_dim)}


def channels(build: Build, prepared: Prepared) -> list[Channel]:
    """Training shards, shared out among the instances where there are several; test shards for each."""
    several = build.settings.example.training.instance_count > 1
    distribution = "ShardedByS3Key" if several else "FullyReplicated"
    return [
        _channel("train", prepared.train, distribution),
        _channel("test", prepared.test, "FullyReplicated"),
    ]


def resources(build: Build) -> ResourceConfig:
    """The instances; their volumes are encrypted with the models bucket's key where they have any."""
    training = build.settings.example.training
    key = {} if has_instance_store(training.instance_type) else {"volume_kms_key_id": _key(build)}
    return ResourceConfig(
        instance_type=training.instance_type,
        instance_count=training.instance_count,
        volume_size_in_gb=training.volume_size_gb,
        **key,
    )


def output(build: Build) -> OutputDataConfig:
    """Where the model goes, and the key that encrypts it."""
    path = f"s3://{build.names.models_bucket}/{build.execution_id}/model/"
    return OutputDataConfig(s3_output_path=path, kms_key_id=_key(build))


def stopping(build: Build) -> StoppingCondition:
    """How long a job may run."""
    return StoppingCondition(max_runtime_in_seconds=build.settings.example.training.max_runtime_seconds)


def _key(build: Build) -> str:
    return build.names.bucket_key_arn(build.names.models_bucket)


def _channel(name: str, url: str, distribution: str) -> Channel:
    source = S3DataSource(s3_data_type="S3Prefix", s3_uri=url, s3_data_distribution_type=distribution)
    return Channel(
        channel_name=name,
        data_source=DataSource(s3_data_source=source),
        content_type=CONTENT_TYPE,
        input_mode="File",
    )
