"""One tuning job's run: training jobs with drawn hyperparameters, a few at a time."""

from __future__ import annotations

import threading
import time
from datetime import UTC
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from local_aws.account_region import AccountRegion
from local_aws.hooks import Params
from local_aws.runtime import Runtime
from local_aws.sagemaker.moto_state import now
from local_aws.sagemaker.search import RandomSearch

_POLL_SECONDS = 0.2
_FROM_DEFINITION = (
    "RoleArn",
    "AlgorithmSpecification",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "VpcConfig",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
    "Environment",
    "RetryStrategy",
)


class TuningRun:
    """Runs the tuning job that moto has stored.

    Args:
        tuning: moto's tuning job.
        jobs: moto's training jobs by name.
    """

    def __init__(
        self, runtime: Runtime, account_region: AccountRegion, tuning: Any, jobs: dict[str, Any]
    ) -> None:
        self._client = runtime.client("sagemaker", account_region)
        self._stopping = runtime.stopping
        self._tuning = tuning
        self._jobs = jobs
        self._config = tuning.hyper_parameter_tuning_job_config
        self._definition = tuning.training_job_definition
        ranges = self._config.get("ParameterRanges") or {}
        self._search = RandomSearch(ranges, self._config.get("RandomSeed"))
        self._drawn: dict[str, dict[str, str]] = {}
        self._stopped = threading.Event()
        self._settle("InProgress")

    def stop(self) -> None:
        """Ask for an end; running training jobs are stopped."""
        self._stopped.set()

    def run(self) -> None:
        """Until the last training job has ended."""
        limits = self._config["ResourceLimits"]
        deadline = time.monotonic() + limits.get("MaxRuntimeInSeconds", 30 * 86_400)
        while not self._stopping.wait(_POLL_SECONDS):
            running = [name for name in self._drawn if not self._ended(name)]
            if time.monotonic() > deadline:
                self._stopped.set()
            if self._stopped.is_set():
                for name in running:
                    self._stop_job(name)
            else:
                room = min(
                    limits["MaxParallelTrainingJobs"] - len(running),
                    limits["MaxNumberOfTrainingJobs"] - len(self._drawn),
                )
                running += [self._start() for _ in range(room)]
            self._settle("Stopping" if self._stopped.is_set() else "InProgress")
            if not running:
                break
        self._end()

    def summaries(self) -> list[Params]:
        """``TrainingJobSummaries``, in the order of their start, with times as moto keeps them."""
        return [self._summary(self._jobs[name]) for name in self._drawn if name in self._jobs]

    def fail(self, reason: str) -> None:
        """End with a reason."""
        self._tuning.failure_reason = reason
        self._settle("Failed")

    def _start(self) -> str:
        """Create the next training job; its name."""
        objective = self._config["HyperParameterTuningJobObjective"]["MetricName"]
        drawn = self._search.draw()
        name = self._tuning.hyper_parameter_tuning_job_name
        name = f"{name}-{len(self._drawn) + 1:03}-{uuid4().hex[:8]}"
        request = {key: self._definition[key] for key in _FROM_DEFINITION if key in self._definition}
        request["HyperParameters"] = {
            **self._definition.get("StaticHyperParameters", {}),
            **drawn,
            "_tuning_objective_metric": objective,
        }
        self._client.create_training_job(TrainingJobName=name, **request)
        self._jobs[name].tuning_job_arn = self._tuning.arn
        self._drawn[name] = drawn
        return name

    def _stop_job(self, name: str) -> None:
        try:
            self._client.stop_training_job(TrainingJobName=name)
        except ClientError:
            return  # it has ended, or is stopping already

    def _ended(self, name: str) -> bool:
        job = self._jobs.get(name)
        return job is None or job.training_job_status in ("Completed", "Failed", "Stopped")

    def _end(self) -> None:
        statuses = {summary["TrainingJobStatus"] for summary in self.summaries()}
        if statuses == {"Failed"}:
            self._tuning.failure_reason = "All training jobs failed. Please take a look at the training jobs."
            self._settle("Failed")
        else:
            self._settle("Stopped" if self._stopped.is_set() else "Completed")

    def _settle(self, status: str) -> None:
        """Bring what Describe shows up to date."""
        summaries = self.summaries()
        tuning = self._tuning
        by_status = [summary["TrainingJobStatus"] for summary in summaries]
        tuning.training_job_status_counters = {
            "Completed": by_status.count("Completed"),
            "InProgress": by_status.count("InProgress") + by_status.count("Stopping"),
            "RetryableError": 0,
            "NonRetryableError": by_status.count("Failed"),
            "Stopped": by_status.count("Stopped"),
        }
        objectives = [summary["ObjectiveStatus"] for summary in summaries]
        tuning.objective_status_counters = {
            name: objectives.count(name) for name in ("Succeeded", "Pending", "Failed")
        }
        tuning.best_training_job = self._best(summaries)
        tuning.OverallBestTrainingJob = tuning.tuning_job_completion_details = None
        tuning.consumed_resources = {
            "RuntimeInSeconds": sum(getattr(job, "billable_time_in_seconds", 0) for job in self._own_jobs())
        }
        tuning.last_modified_time = now()
        ended = status in ("Completed", "Failed", "Stopped")
        tuning.hyper_parameter_tuning_end_time = now() if ended else None
        tuning.failure_reason = tuning.failure_reason or None
        tuning.hyper_parameter_tuning_job_status = status

    def _own_jobs(self) -> list[Any]:
        return [self._jobs[name] for name in self._drawn if name in self._jobs]

    def _best(self, summaries: list[Params]) -> Params | None:
        measured = [summary for summary in summaries if summary["ObjectiveStatus"] == "Succeeded"]
        sign = 1 if self._config["HyperParameterTuningJobObjective"]["Type"] == "Maximize" else -1
        return max(measured, key=lambda summary: sign * objective_of(summary), default=None)

    def _summary(self, job: Any) -> Params:
        """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTrainingJobSummary.html"""
        objective = self._config["HyperParameterTuningJobObjective"]
        values = [
            item["Value"]
            for item in job.final_metric_data_list
            if item["MetricName"] == objective["MetricName"]
        ]
        ended = self._ended(job.training_job_name)
        if job.training_job_status == "Failed":
            values = []
        summary = {
            "TrainingJobName": job.training_job_name,
            "TrainingJobArn": job.arn,
            "CreationTime": job.creation_time,
            "TrainingStartTime": job.training_start_time,
            "TrainingEndTime": job.training_end_time,
            "TrainingJobStatus": job.training_job_status,
            "TunedHyperParameters": self._drawn.get(job.training_job_name, {}),
            "FailureReason": getattr(job, "failure_reason", None),
            "ObjectiveStatus": "Pending" if not ended else "Succeeded" if values else "Failed",
        }
        if ended and values:
            summary["FinalHyperParameterTuningJobObjectiveMetric"] = {**objective, "Value": values[0]}
        return {name: value for name, value in summary.items() if value is not None}


def objective_of(summary: Params) -> float:
    """The objective's final value of a training job that has one."""
    return float(summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])


def as_json(summary: Params) -> Params:
    """A summary with its times as the protocol writes them: seconds since 1970."""
    return {
        name: value.replace(tzinfo=UTC).timestamp() if hasattr(value, "timestamp") else value
        for name, value in summary.items()
    }
