"""A training script of ours in a framework's image, as AWS's training toolkit runs it.

The job is isolated from the network, so the script comes to it as a channel:
https://github.com/aws/sagemaker-training-toolkit
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

from sagemaker.core.shapes import Channel

from mlops.train.build import Build
from mlops.train.task import channel

CHANNEL = "code"
_ARCHIVE = "sourcedir.tar.gz"


def pack(folder: Path) -> bytes:
    """The files of ``folder`` as a tar.gz, the same bytes for the same files."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                info = tarfile.TarInfo(path.relative_to(folder).as_posix())
                info.size, info.mode = path.stat().st_size, 0o644
                with path.open("rb") as file:
                    archive.addfile(info, file)
    return gzip.compress(raw.getvalue(), mtime=0)


def upload_script(s3: Any, build: Build, folder: Path) -> Channel:
    """Store the script's folder; returns the channel that brings it to the job."""
    archive, bucket = pack(folder), build.names.models_bucket
    prefix = f"{build.execution_id}/{CHANNEL}/{hashlib.sha256(archive).hexdigest()[:12]}/"
    s3.put_object(Bucket=bucket, Key=f"{prefix}{_ARCHIVE}", Body=archive, ContentType="application/gzip")
    return channel(CHANNEL, f"s3://{bucket}/{prefix}", "application/gzip")


def script_hyperparameters(build: Build, program: str) -> dict[str, str]:
    """What tells the toolkit which script to run, and where it is."""
    return {
        "sagemaker_program": program,
        "sagemaker_submit_directory": f"/opt/ml/input/data/{CHANNEL}/{_ARCHIVE}",
        "sagemaker_region": build.region,
    }


def serving_environment(build: Build, program: str) -> dict[str, str]:
    """What tells an endpoint's container that ``code`` in the model holds the script to serve by.

    https://github.com/aws/sagemaker-scikit-learn-container
    """
    return {
        "SAGEMAKER_PROGRAM": program,
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        "SAGEMAKER_REGION": build.region,
    }


def download_output(s3: Any, model_data_url: str, folder: Path) -> None:
    """Unpack what the script left in SM_OUTPUT_DATA_DIR, which SageMaker stores beside the model.

    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
    """
    bucket, _, key = model_data_url.removeprefix("s3://").partition("/")
    output = f"{key.rpartition('/')[0]}/output.tar.gz"
    content = s3.get_object(Bucket=bucket, Key=output)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")
