"""Whether a completed training job left a model.

A script that writes elsewhere than to ``SM_MODEL_DIR`` completes all the same, and SageMaker uploads nothing:
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

from __future__ import annotations

from typing import Any

import boto3
from botocore.exceptions import ClientError
from sagemaker.core.resources import TrainingJob

from mlops.train.build import TrainingError

_LOGS = "/aws/sagemaker/TrainingJobs"
_LAST_LINES = 10


def require_model(job: TrainingJob, session: boto3.Session) -> None:
    """Make sure that the job's model is in S3.

    Raises:
        TrainingError: it is not; with the end of the job's log.
    """
    url = str(job.model_artifacts.s3_model_artifacts)
    bucket, _, key = url.removeprefix("s3://").partition("/")
    try:
        session.client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        name = str(job.training_job_name)
        raise TrainingError(
            f"The training job {name} completed, but left nothing in /opt/ml/model (SM_MODEL_DIR): there is "
            f"no model to serve. Let the script save it there. Its log ends:\n{_end_of_log(name, session)}"
        ) from error


def _end_of_log(name: str, session: boto3.Session) -> str:
    logs: Any = session.client("logs")
    streams = logs.describe_log_streams(logGroupName=_LOGS, logStreamNamePrefix=f"{name}/")["logStreams"]
    events = [
        event
        for stream in streams[:1]
        for event in logs.get_log_events(
            logGroupName=_LOGS, logStreamName=stream["logStreamName"], limit=_LAST_LINES, startFromHead=False
        )["events"]
    ]
    return "\n".join(str(event["message"]).rstrip() for event in events)
