"""Why there is no model where a training job should have left one."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from local_aws import job_logs
from local_aws.account_region import AccountRegion
from local_aws.runtime import Runtime
from local_aws.sagemaker.failure_reason import own_lines

_MODEL_OF_A_JOB = re.compile(r"s3://.*/(?P<job>[^/]+)/output/model\.tar\.gz")
_LONGEST = 600


def explain(runtime: Runtime, account_region: AccountRegion, url: str) -> str:
    """The end of the log of the training job whose model ``url`` is; empty where no job ended well there."""
    match = _MODEL_OF_A_JOB.fullmatch(url)
    if match is None:
        return ""
    try:
        job = runtime.client("sagemaker", account_region).describe_training_job(TrainingJobName=match["job"])
        said = own_lines("\n".join(job_logs.lines(runtime, match["job"], account_region)))
    except (ClientError, LookupError):
        return ""
    if job["TrainingJobStatus"] != "Completed":
        return ""
    return f" Training job {match['job']} left nothing in /opt/ml/model. Its log ends:\n{said[-_LONGEST:]}"
