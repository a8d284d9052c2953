"""What the training build may start, and on which terms."""

from __future__ import annotations

from typing import Any

import pytest

from mlops.constructs.build_project import BuildContext
from mlops.constructs.pinned_library import PinnedLibrary
from mlops.constructs.pipeline_key import PipelineKey
from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
from mlops.constructs.training_step import TrainingStep, TrainingStepConfig
from mlops.spec import InvalidInputError, Names
from mlops.spec.settings import Training, Tuning


def build(stack: Any, names: Names, training: Training) -> None:
    def bucket(purpose: str) -> PrivateBucket:
        config = PrivateBucketConfig(
            name=names.bucket(purpose), account_id=names.account_id, region=names.region
        )
        return PrivateBucket(stack, purpose, config)

    models = bucket("models")
    context = BuildContext(
        names=names,
        artifacts=bucket("artifacts"),
        ledger=bucket("ledger"),
        logs_key=PipelineKey(stack, "key", names),
        library=PinnedLibrary(stack, "library", models),
    )
    TrainingStep(
        stack,
        "train",
        TrainingStepConfig(context=context, training=training, models=models, images=("algorithm",)),
    )


def conditions(stack: Any, names: Names, sid: str) -> dict[str, list[str]]:
    (statement,) = [s for s in stack.statements(names.role("train")) if s["sid"] == f"Train{sid}"]
    return {condition["variable"]: condition["values"] for condition in statement["condition"]}


def test_a_job_is_started_only_as_the_settings_have_it(names: Names, synth: Any) -> None:
    training = Training(instance_type="ml.m5.large", max_runtime_seconds=1800)
    stack = synth(lambda stack: build(stack, names, training))
    limits = conditions(stack, names, "CreateJob")
    assert limits["sagemaker:InstanceTypes"] == ["ml.m5.large"]
    assert limits["sagemaker:MaxRuntimeInSeconds"] == ["1800"]
    assert limits["sagemaker:NetworkIsolation"] == ["true"]
    alias = names.bucket_key_arn(names.models_bucket)
    assert alias in limits["sagemaker:OutputKmsKey"]
    assert alias in limits["sagemaker:VolumeKmsKey"]
    allowed = stack.allowed(names.role("train"))
    assert allowed["sagemaker:CreateTrainingJob"] == [
        "arn:aws:sagemaker:eu-west-1:123456789012:training-job/mlops-movielens-*"
    ]


def test_no_volume_key_is_asked_for_where_aws_takes_none(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: build(stack, names, Training(instance_type="ml.g5.xlarge")))
    assert "sagemaker:VolumeKmsKey" not in conditions(stack, names, "CreateJob")


@pytest.mark.parametrize("enabled", [True, False])
def test_tuning_is_allowed_only_where_it_is_asked_for(names: Names, synth: Any, enabled: bool) -> None:
    training = Training(instance_type="ml.m5.large", tuning=Tuning(enabled=enabled))
    stack = synth(lambda stack: build(stack, names, training))
    assert ("sagemaker:CreateHyperParameterTuningJob" in stack.allowed(names.role("train"))) is enabled


def test_the_job_reads_its_data_and_writes_its_model_and_nothing_else(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: build(stack, names, Training(instance_type="ml.m5.large")))
    allowed = stack.allowed(names.role("training-execution"))
    bucket = f"arn:aws:s3:::{names.models_bucket}"
    assert allowed["s3:GetObject"] == [f"{bucket}/*/train/*", f"{bucket}/*/test/*"]
    assert allowed["s3:PutObject"] == [f"{bucket}/*/model/*"]
    assert not any(action.startswith(("sagemaker:", "iam:")) for action in allowed)


def test_the_build_outlasts_the_job(names: Names, synth: Any) -> None:
    training = Training(instance_type="ml.m5.large", max_runtime_seconds=7201)
    stack = synth(lambda stack: build(stack, names, training))
    assert stack.one("aws_codebuild_project")["build_timeout"] > 7201 / 60


def test_a_job_longer_than_any_build_is_refused(names: Names, synth: Any) -> None:
    training = Training(instance_type="ml.m5.large", max_runtime_seconds=400_000)
    with pytest.raises(
        InvalidInputError, match=r"training\.max_runtime_seconds: given 400000; allowed: at most"
    ):
        synth(lambda stack: build(stack, names, training))
