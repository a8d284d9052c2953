"""The status of a training job as Describe shows it.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
"""

from __future__ import annotations

from typing import Any

from local_aws.images.image import Metric
from local_aws.sagemaker.moto_state import now

_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading the training image and the input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds",
}
_FINAL = {"Completed": "Completed", "Failed": "Failed", "Stopped": "Stopped", "MaxRuntimeExceeded": "Stopped"}


class JobStatus:
    """Moves moto's training job from one status to the next; no move follows a final one."""

    def __init__(self, job: Any, metrics: tuple[Metric, ...]) -> None:
        self._job = job
        job.training_start_time = job.training_end_time = None
        job.final_metric_data_list = []
        job.algorithm_specification["MetricDefinitions"] = [
            {"Name": metric.name, "Regex": metric.regex} for metric in metrics
        ]
        job.secondary_status_transitions = []
        job.training_job_status = "InProgress"
        self.move("Starting")

    @property
    def ended(self) -> bool:
        """Whether the job has reached its final status."""
        return self._job.training_job_status in _FINAL.values()

    def move(self, secondary: str, message: str | None = None) -> None:
        """Enter a secondary status."""
        if self.ended:
            return
        moment = now()
        transitions = self._job.secondary_status_transitions
        if transitions:
            transitions[-1]["EndTime"] = moment
        transition = {
            "Status": secondary,
            "StartTime": moment,
            "StatusMessage": message or _MESSAGES[secondary],
        }
        if secondary == "Training":
            self._job.training_start_time = moment
        if secondary in _FINAL:
            transition["EndTime"] = moment
            self._end(moment)
        transitions.append(transition)
        self._job.last_modified_time = moment
        self._job.secondary_status = secondary
        # Last, since a waiter that sees a final status expects the rest to be there.
        if secondary == "Stopping":
            self._job.training_job_status = "Stopping"
        self._job.training_job_status = _FINAL.get(secondary, self._job.training_job_status)

    def fail(self, reason: str) -> None:
        """End with a reason."""
        if not self.ended:
            self._job.failure_reason = reason[:1024]
            self.move("Failed", reason[:1024])

    def measure(self, name: str, value: float) -> None:
        """Keep a metric's latest value."""
        others = [item for item in self._job.final_metric_data_list if item["MetricName"] != name]
        self._job.final_metric_data_list = [
            *others,
            {"MetricName": name, "Value": value, "Timestamp": now()},
        ]

    def _end(self, moment: Any) -> None:
        self._job.training_end_time = moment
        started = self._job.training_start_time
        if started is not None:
            seconds = max(1, round((moment - started).total_seconds()))
            self._job.training_time_in_seconds = self._job.billable_time_in_seconds = seconds
