"""Training jobs: Create, Stop, Update, Delete. moto describes and lists what is kept in its objects."""

from __future__ import annotations

from typing import Any

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.images.image import Image, Metric
from local_aws.runtime import Runtime
from local_aws.sagemaker import channels, execution_role, resource_names
from local_aws.sagemaker.execution_role import ExecutionRoleError
from local_aws.sagemaker.job_status import JobStatus
from local_aws.sagemaker.moto_state import backend, now, set_from
from local_aws.sagemaker.objects import DataError
from local_aws.sagemaker.registry import Registry, UnknownImageError
from local_aws.sagemaker.training_run import TrainingRun, stored_model

_DROPPED_BY_MOTO = {
    "Environment": "environment",
    "RetryStrategy": "retry_strategy",
    "ProfilerConfig": "profiler_config",
    "InfraCheckConfig": "infra_check_config",
    "RemoteDebugConfig": "remote_debug_config",
}


class TrainingJobs:
    """Every training job that runs or ran."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._runs: dict[str, TrainingRun] = {}

    def check(self, call: Call) -> Call:
        """Refuse what AWS refuses before the job exists.

        Raises:
            ServiceError: the name is taken or not allowed, or a channel's prefix holds nothing.
        """
        params = call.params
        resource_names.check("trainingJobName", params["TrainingJobName"])
        for channel in params.get("InputDataConfig") or []:
            resource_names.check("channelName", channel["ChannelName"], resource_names.CHANNEL)
        job = backend(call).training_jobs.get(params["TrainingJobName"])
        if job is not None:
            raise ServiceError(
                "ResourceInUse",
                "Training job names must be unique within an AWS account and region, and a training job "
                f"with this name already exists ({job.arn})",
            )
        try:
            arn = call.arn("sagemaker", f"training-job/{params['TrainingJobName']}")
            account_region = execution_role.assume(self._runtime, call.account_region, params["RoleArn"], arn)
            channels.check(self._runtime.client("s3", account_region), params)
        except ExecutionRoleError as error:
            raise ServiceError("ValidationException", str(error)) from error
        except DataError as error:
            raise ServiceError(
                "ValidationException",
                f"{error} given in input data source. Please ensure that the bucket exists in the selected "
                f"region ({call.region}), that objects exist under that S3 prefix, and that the role "
                f'"{params["RoleArn"]}" has "s3:ListBucket" permissions on the bucket.',
            ) from error
        return call

    def create(self, call: Call, reply: Params) -> Params:
        """Start the job that moto has stored."""
        params = call.params
        job = backend(call).training_jobs[params["TrainingJobName"]]
        set_from(job, params, _DROPPED_BY_MOTO)
        job.model_artifacts = stored_model(params)
        given = params["AlgorithmSpecification"].get("MetricDefinitions") or []
        metrics = tuple(Metric(item["Name"], item["Regex"]) for item in given)
        try:
            image = self._image(params)
            account_region = execution_role.assume(
                self._runtime, call.account_region, params["RoleArn"], job.arn
            )
            execution_role.check_image(
                self._runtime, account_region, params["AlgorithmSpecification"]["TrainingImage"]
            )
        except (ExecutionRoleError, UnknownImageError) as error:
            JobStatus(job, metrics).fail(f"ClientError: {error}")
            return reply
        metrics = (*image.metrics, *metrics)
        status = JobStatus(job, metrics)
        run = TrainingRun(self._runtime, account_region, image, params, job.arn, status, metrics)
        self._runs[job.arn] = run
        self._runtime.start_thread(
            f"training {job.training_job_name}",
            run.run,
            lambda reason: status.fail(f"InternalServerError: {reason}"),
        )
        return reply

    def _image(self, params: Params) -> Image:
        uri = params["AlgorithmSpecification"].get("TrainingImage")
        if uri is None:
            raise UnknownImageError("the local AWS trains images only; give TrainingImage")
        image = self._runtime.engine(Registry).find(uri)
        if image.train is None:
            raise UnknownImageError(f"the image {uri} serves only")
        return image

    def stop(self, call: Call) -> Params:
        """Stop a job; nothing happens to one that has ended, as on AWS."""
        job = _job(call)
        if job.training_job_status != "InProgress":
            raise ServiceError(
                "ValidationException",
                f"The request was rejected because the training job is in status {job.training_job_status}.",
            )
        job.training_job_status = job.secondary_status = "Stopping"
        job.last_modified_time = now()
        self._runs[job.arn].stop()
        return {}

    def update(self, call: Call) -> Params:
        """Change what can be changed of a running job; nothing of it matters here."""
        job = _job(call)
        set_from(job, call.params, _DROPPED_BY_MOTO)
        job.last_modified_time = now()
        return {"TrainingJobArn": job.arn}

    def delete(self, call: Call) -> Params:
        """Forget a job that has ended."""
        job = _job(call)
        if job.training_job_status in ("InProgress", "Stopping"):
            raise ServiceError(
                "ConflictException",
                f"Training job {job.training_job_name} is {job.training_job_status}; stop it first.",
            )
        del backend(call).training_jobs[job.training_job_name]
        self._runs.pop(job.arn, None)
        return {}


def _job(call: Call) -> Any:
    name = call.params["TrainingJobName"]
    job = backend(call).training_jobs.get(name)
    if job is None:
        raise ServiceError("ResourceNotFound", f"Requested resource not found: training job {name}.")
    return job


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Plug training jobs in."""
    jobs = TrainingJobs(runtime)
    hooks.before("sagemaker", "CreateTrainingJob", jobs.check)
    hooks.after("sagemaker", "CreateTrainingJob", jobs.create)
    hooks.handle("sagemaker", "StopTrainingJob", jobs.stop)
    hooks.handle("sagemaker", "UpdateTrainingJob", jobs.update)
    hooks.handle("sagemaker", "DeleteTrainingJob", jobs.delete)
