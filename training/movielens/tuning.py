"""Hyperparameter tuning: many training jobs, of which the best one's model is taken.

https://docs.aws.amazon.com/sagemaker/latest/dg/fm-tuning.html
"""

from __future__ import annotations

import boto3
from sagemaker.core.resources import HyperParameterTuningJob, TrainingJob
from sagemaker.core.shapes import (
    ContinuousParameterRange,
    HyperParameterAlgorithmSpecification,
    HyperParameterTrainingJobDefinition,
    HyperParameterTuningJobConfig,
    HyperParameterTuningJobObjective,
    IntegerParameterRange,
    ParameterRanges,
    ResourceLimits,
)
from sagemaker.core.utils.utils import Unassigned

from mlops.train.build import Build, Log, TrainingError
from mlops.train.jobs import tags, wait
from mlops.train.task import Task, job_definition, training_image

# A tuning job's name, to which SageMaker adds for the names of its training jobs.
_NAME_LIMIT = 32
# What example.toml sets stays as it is set; of the rest these are sought.
_CONTINUOUS = {
    "bias_lr": ("0.001", "0.5"),
    "bias_wd": ("0.0001", "0.1"),
    "factors_lr": ("0.0001", "0.1"),
    "factors_wd": ("0.000001", "0.01"),
    "linear_lr": ("0.0001", "0.1"),
    "linear_wd": ("0.00001", "0.1"),
}
_INTEGER = {"epochs": ("10", "100"), "num_factors": ("8", "128")}
_OBJECTIVES = {
    "binary_classifier": "test:binary_classification_cross_entropy",
    "regressor": "test:rmse",
}


def start_tuning(build: Build, task: Task, session: boto3.Session, run: str) -> HyperParameterTuningJob:
    """Start a tuning job; its test rows choose the model, so they must not be those the gate judges by."""
    fixed = dict(task.hyperparameters)
    job = HyperParameterTuningJob.create(
        hyper_parameter_tuning_job_name=build.names.of(run, limit=_NAME_LIMIT),
        hyper_parameter_tuning_job_config=_search(build, fixed),
        training_job_definition=HyperParameterTrainingJobDefinition(
            algorithm_specification=HyperParameterAlgorithmSpecification(
                training_image=training_image(build, task), training_input_mode="File"
            ),
            static_hyper_parameters=fixed,
            **job_definition(build, task),
        ),
        tags=tags(build),
        session=session,
        region=build.region,
    )
    if job is None:
        raise TrainingError("SageMaker started no tuning job.")
    return job


def finish_tuning(
    job: HyperParameterTuningJob, build: Build, session: boto3.Session, log: Log
) -> TrainingJob:
    """Wait for a tuning job; returns the best of its training jobs.

    Raises:
        TrainingError: the tuning job fails or is stopped, or no training job of it completes.
    """

    def status() -> tuple[str, str]:
        counters = job.training_job_status_counters
        done = 0 if isinstance(counters, Unassigned) else counters.completed
        running = 0 if isinstance(counters, Unassigned) else counters.in_progress
        line = f"tuning job {job.hyper_parameter_tuning_job_name}: {done} completed, {running} in progress"
        return str(job.hyper_parameter_tuning_job_status), line

    ended = wait(job, status, log)
    best = job.best_training_job
    if ended != "Completed" or isinstance(best, Unassigned) or best is None:
        reason = "" if isinstance(job.failure_reason, Unassigned) else f": {job.failure_reason}"
        raise TrainingError(
            f"The tuning job {job.hyper_parameter_tuning_job_name} ended as {ended}, no model{reason}\n"
            "Its training jobs tell why; fix the cause and retry the Train stage, or push again."
        )
    log(f"best of them: {best.training_job_name}")
    found = TrainingJob.get(str(best.training_job_name), session=session, region=build.region)
    if found is None:
        raise TrainingError(f"SageMaker does not know its own training job {best.training_job_name}.")
    return found


def _search(build: Build, fixed: dict[str, str]) -> HyperParameterTuningJobConfig:
    limits = build.settings.example.training.tuning
    continuous = [
        ContinuousParameterRange(name=name, min_value=low, max_value=high, scaling_type="Logarithmic")
        for name, (low, high) in _CONTINUOUS.items()
        if name not in fixed
    ]
    integer = [
        IntegerParameterRange(name=name, min_value=low, max_value=high, scaling_type="Logarithmic")
        for name, (low, high) in _INTEGER.items()
        if name not in fixed
    ]
    objective = _OBJECTIVES[fixed.get("predictor_type", "binary_classifier")]
    return HyperParameterTuningJobConfig(
        strategy="Bayesian",
        hyper_parameter_tuning_job_objective=HyperParameterTuningJobObjective(
            type="Minimize", metric_name=objective
        ),
        resource_limits=ResourceLimits(
            max_number_of_training_jobs=limits.max_jobs,
            max_parallel_training_jobs=min(limits.max_parallel_jobs, limits.max_jobs),
        ),
        parameter_ranges=ParameterRanges(
            continuous_parameter_ranges=continuous, integer_parameter_ranges=integer
        ),
    )
