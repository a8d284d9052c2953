"""Hyperparameter tuning jobs; moto describes, lists and deletes what is kept in its objects.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
"""

from __future__ import annotations

from typing import Any

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime
from local_aws.sagemaker.moto_state import backend
from local_aws.sagemaker.tuning_run import TuningRun, as_json, objective_of


class TuningJobs:
    """Every tuning job that runs or ran."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._runs: dict[str, TuningRun] = {}

    def check(self, call: Call) -> Call:
        """Refuse what is not run here."""
        if not call.params.get("TrainingJobDefinition"):
            raise ServiceError(
                "ValidationException",
                "The local AWS tunes one training job definition; give TrainingJobDefinition.",
            )
        return call

    def create(self, call: Call, reply: Params) -> Params:
        """Start the tuning job that moto has stored."""
        sagemaker = backend(call)
        tuning = sagemaker.hyper_parameter_tuning_jobs[call.params["HyperParameterTuningJobName"]]
        run = TuningRun(self._runtime, call.account_region, tuning, sagemaker.training_jobs)
        self._runs[tuning.arn] = run
        self._runtime.start_thread(f"tuning {tuning.hyper_parameter_tuning_job_name}", run.run, run.fail)
        return reply

    def stop(self, call: Call) -> Params:
        """Stop a tuning job and its training jobs."""
        tuning = _tuning(call)
        if tuning.hyper_parameter_tuning_job_status == "InProgress":
            tuning.hyper_parameter_tuning_job_status = "Stopping"
            self._runs[tuning.arn].stop()
        return {}

    def training_jobs(self, call: Call) -> Params:
        """ListTrainingJobsForHyperParameterTuningJob, on one page unless ``MaxResults`` says otherwise."""
        params = call.params
        summaries = self._runs[_tuning(call).arn].summaries()
        if "StatusEquals" in params:
            summaries = [item for item in summaries if item["TrainingJobStatus"] == params["StatusEquals"]]
        if params.get("SortBy") == "FinalObjectiveMetricValue":
            summaries = [item for item in summaries if item["ObjectiveStatus"] == "Succeeded"]
            summaries.sort(key=objective_of)
        elif params.get("SortBy") in ("Name", "Status"):
            summaries.sort(key=lambda item: str(item[f"TrainingJob{params['SortBy']}"]))
        if params.get("SortOrder") == "Descending":
            summaries.reverse()
        start = int(params.get("NextToken", 0))
        end = start + int(params.get("MaxResults", len(summaries)))
        more = {"NextToken": str(end)} if end < len(summaries) else {}
        return {"TrainingJobSummaries": [as_json(item) for item in summaries[start:end]], **more}


def _tuning(call: Call) -> Any:
    name = call.params["HyperParameterTuningJobName"]
    tuning = backend(call).hyper_parameter_tuning_jobs.get(name)
    if tuning is None:
        raise ServiceError("ResourceNotFound", f"Could not find hyper parameter tuning job '{name}'.")
    return tuning


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Plug tuning jobs in."""
    jobs = TuningJobs(runtime)
    hooks.before("sagemaker", "CreateHyperParameterTuningJob", jobs.check)
    hooks.after("sagemaker", "CreateHyperParameterTuningJob", jobs.create)
    hooks.handle("sagemaker", "StopHyperParameterTuningJob", jobs.stop)
    hooks.handle("sagemaker", "ListTrainingJobsForHyperParameterTuningJob", jobs.training_jobs)
