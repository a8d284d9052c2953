"""The build that prepares data and runs the SageMaker training job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs.build_project import BuildContext, BuildProject, BuildProjectConfig
from mlops.constructs.endpoint_execution_role import volume_grant
from mlops.constructs.policy import Condition, Statement
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.sagemaker_role import SageMakerRole, SageMakerRoleConfig
from mlops.spec import InvalidInputError, Problem
from mlops.spec.instance_types import has_instance_store
from mlops.spec.settings import Training

# https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html
_LONGEST_BUILD_MINUTES = 36 * 60
# Preparing data, starting instances, evaluating the baseline.
_AROUND_TRAINING_MINUTES = 60
_LOG_GROUP = "/aws/sagemaker/TrainingJobs"


@dataclass(frozen=True, kw_only=True)
class TrainingStepConfig:
    """``models`` gets the prepared data, in a folder for each of ``channels``, and the model artifacts."""

    context: BuildContext
    training: Training
    models: PrivateBucket
    images: Sequence[str]
    channels: Sequence[str] = ("train", "test")

    @property
    def channel_folders(self) -> list[str]:
        """The channels' folders in ``models``, below any execution's."""
        return [f"*/{channel}/" for channel in self.channels]


class TrainingStep(Construct):
    """The CodeBuild project of ``training/<name>/buildspec.yml`` and the training job's execution role.

    The build may start jobs of this example only, on the instance type, in the time, with the
    encryption and in the network isolation that are stated here.

    Raises:
        InvalidInputError: the training may run longer than a build can wait.
    """

    def __init__(self, scope: Construct, id_: str, config: TrainingStepConfig) -> None:
        super().__init__(scope, id_)
        self._config = config
        self._names = config.context.names
        self.execution_role = self._make_execution_role()
        self.build = BuildProject(
            self,
            "build",
            BuildProjectConfig(
                context=config.context,
                step="train",
                description="Prepares the data, trains the model and writes the release",
                buildspec=f"training/{self._names.example}/buildspec.yml",
                timeout_minutes=_timeout_minutes(config.training),
            ),
        )
        self._allow_training()

    def _make_execution_role(self) -> SageMakerRole:
        names, models = self._names, self._config.models
        kinds = ("training-job", "hyper-parameter-tuning-job")
        role = SageMakerRole(
            self,
            "execution-role",
            SageMakerRoleConfig(
                names=names,
                of="training-execution",
                description=f"What the training jobs of {names.prefix} may do",
                images=self._config.images,
                log_group=_LOG_GROUP,
                streams=f"{names.prefix}-*",
                metric_namespace=_LOG_GROUP,
                source_arns=tuple(names.arn("sagemaker", f"{kind}/{names.prefix}-*") for kind in kinds),
            ),
        )
        models.grant_read(role, *self._config.channel_folders)
        models.grant_write(role, "*/model/")
        role.grant("volume", volume_grant(models.key.arn))
        return role

    def _allow_training(self) -> None:
        role, models = self.build.role, self._config.models
        folders = [*self._config.channel_folders, "*/model/"]
        models.grant_read(role, *folders)
        models.grant_write(role, *folders)
        statements = [
            *self._job_statements(),
            self.execution_role.pass_role_statement(),
            volume_grant(models.key.arn),
            Statement("ReadLog", ("logs:DescribeLogStreams", "logs:GetLogEvents"), self._log_arns()),
        ]
        role.grant("train", *statements)
        self._config.context.ledger.grant_add(role, "train/")

    def _job_statements(self) -> Iterator[Statement]:
        limits = self._limits()
        jobs = (self._names.arn("sagemaker", f"training-job/{self._names.prefix}-*"),)
        care = ("sagemaker:AddTags", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob")
        yield Statement("CreateJob", ("sagemaker:CreateTrainingJob",), jobs, limits)
        yield Statement("CareForJob", care, jobs)
        if self._config.training.tuning.enabled:
            tuning = (self._names.arn("sagemaker", f"hyper-parameter-tuning-job/{self._names.prefix}-*"),)
            yield Statement("CreateTuning", ("sagemaker:CreateHyperParameterTuningJob",), tuning, limits)
            yield Statement(
                "CareForTuning",
                (
                    "sagemaker:AddTags",
                    "sagemaker:DescribeHyperParameterTuningJob",
                    "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
                    "sagemaker:StopHyperParameterTuningJob",
                ),
                tuning,
            )

    def _limits(self) -> tuple[Condition, ...]:
        """https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html"""
        training, models = self._config.training, self._config.models
        # A request may name the key or its alias.
        keys = (models.key.arn, self._names.bucket_key_arn(models.bucket_name))
        seconds = str(training.max_runtime_seconds)
        limits = [
            Condition("ForAllValues:StringEquals", "sagemaker:InstanceTypes", (training.instance_type,)),
            Condition("NumericLessThanEquals", "sagemaker:MaxRuntimeInSeconds", (seconds,)),
            Condition("Bool", "sagemaker:NetworkIsolation", ("true",)),
            Condition("ArnEquals", "sagemaker:OutputKmsKey", keys),
        ]
        if not has_instance_store(training.instance_type):
            limits.append(Condition("ArnEquals", "sagemaker:VolumeKmsKey", keys))
        return tuple(limits)

    def _log_arns(self) -> tuple[str, ...]:
        group = f"log-group:{_LOG_GROUP}"
        streams = f"{group}:log-stream:{self._names.prefix}-*"
        return tuple(self._names.arn("logs", part) for part in (group, f"{group}:*", streams))


def _timeout_minutes(training: Training) -> int:
    longest = (_LONGEST_BUILD_MINUTES - _AROUND_TRAINING_MINUTES) * 60
    if training.max_runtime_seconds > longest:
        allowed = f"at most {longest}, since a build waits for the job and lasts at most 36 hours"
        given = str(training.max_runtime_seconds)
        remedy = "Lower it, or train on more or larger instances."
        raise InvalidInputError(
            [Problem("example.toml", "training.max_runtime_seconds", given, allowed, remedy)]
        )
    return -(-training.max_runtime_seconds // 60) + _AROUND_TRAINING_MINUTES
