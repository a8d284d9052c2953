"""A training job from its start to its end."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, Protocol

import boto3
from sagemaker.core.resources import TrainingJob
from sagemaker.core.shapes import AlgorithmSpecification, MetricDefinition
from sagemaker.core.utils.utils import Unassigned

from mlops.train.build import Build, Log, TrainingError
from mlops.train.task import Task, job_definition, training_image

# Often at first, for jobs of seconds, then more rarely.
_FIRST_POLL_SECONDS, _LONGEST_POLL_SECONDS = 1.0, 15.0
_ENDED = ("Completed", "Failed", "Stopped")


class Job(Protocol):
    """What training jobs and tuning jobs have in common."""

    def refresh(self) -> object:
        """Ask SageMaker anew."""

    def stop(self) -> object:
        """Ask SageMaker to stop the job."""


def run_name(build: Build) -> str:
    """What a job of this build is called after: the execution, and the time, since a stage can be retried."""
    return f"{build.execution_id[:8]}-{time.strftime('%m%d%H%M%S', time.gmtime())}"


def train_once(build: Build, task: Task, session: boto3.Session, log: Log) -> TrainingJob:
    """Run one training job to its end.

    Raises:
        TrainingError: the job fails or is stopped, with SageMaker's reason.
    """
    job = start_training(build, task, session, run_name(build))
    finish_training(job, log)
    return job


def start_training(build: Build, task: Task, session: boto3.Session, run: str) -> TrainingJob:
    """Start a training job on what the settings say."""
    job = TrainingJob.create(
        training_job_name=build.names.training_job(run),
        algorithm_specification=AlgorithmSpecification(
            training_image=training_image(build, task), training_input_mode="File", **_metrics(task)
        ),
        hyper_parameters=dict(task.hyperparameters),
        **job_definition(build, task),
        tags=tags(build),
        session=session,
        region=build.region,
    )
    if job is None:
        raise TrainingError("SageMaker started no training job.")
    return job


def _metrics(task: Task) -> dict[str, list[MetricDefinition]]:
    """None at all for built-in algorithms, for which SageMaker refuses definitions."""
    definitions = [MetricDefinition(name=name, regex=regex) for name, regex in task.metrics.items()]
    return {"metric_definitions": definitions} if definitions else {}


def finish_training(job: TrainingJob, log: Log) -> None:
    """Wait for a training job; a build that is stopped meanwhile stops the job.

    Raises:
        TrainingError: the job fails or is stopped, with SageMaker's reason.
    """

    def status() -> tuple[str, str]:
        secondary = str(job.secondary_status)
        return str(job.training_job_status), f"training job {job.training_job_name}: {secondary}"

    ended = wait(job, status, log)
    if ended != "Completed":
        reason = "" if isinstance(job.failure_reason, Unassigned) else f": {job.failure_reason}"
        raise TrainingError(
            f"The training job {job.training_job_name} ended as {ended}{reason}\n"
            f"Its log: group /aws/sagemaker/TrainingJobs, streams {job.training_job_name}/algo-…. "
            "Fix the cause and retry the Train stage, or push again."
        )


def wait(job: Job, status: Callable[[], tuple[str, str]], log: Log) -> str:
    """Poll until the job has ended; returns how. ``status`` tells the job's state and a line to show."""
    shown, pause = "", _FIRST_POLL_SECONDS
    with _stopping(job):
        while True:
            state, line = status()
            if line != shown:
                log(line)
                shown = line
            if state in _ENDED:
                return state
            time.sleep(pause)
            pause = min(pause * 1.1, _LONGEST_POLL_SECONDS)
            job.refresh()


def tags(build: Build) -> list[dict[str, str]]:
    """Tags that lead from a job back to what started it."""
    values = {
        "project": build.settings.project.project,
        "example": build.settings.example.name,
        "pipeline-execution": build.execution_id,
        "commit": build.commit,
    }
    return [{"key": key, "value": value} for key, value in values.items()]


@contextmanager
def _stopping(job: Job) -> Iterator[None]:
    """Stop the job where waiting for it is broken off: nobody would take its model."""

    def terminate(*_: int | FrameType | None) -> NoReturn:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        job.stop()
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
