"""A scikit-learn script from training to predictions, with AWS's own toolkits."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from .conftest import BUCKET, ROLE, Train, variant

IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"
SUBMIT = f"s3://{BUCKET}/scikit/sourcedir.tar.gz"

pytestmark = pytest.mark.timeout(900)

SCRIPT = """
import os
import joblib

def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))

if __name__ == "__main__":
    from sklearn.linear_model import LinearRegression
    model = LinearRegression().fit([[0, 0], [1, 1], [1, 0]], [1, 3, 2])
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
"""


def put_script(s3: Any, uri: str, script: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo("script.py")
        member.size = len(script)
        tar.addfile(member, io.BytesIO(script.encode()))
    s3.put_object(Bucket=BUCKET, Key=uri.removeprefix(f"s3://{BUCKET}/"), Body=packed.getvalue())


@pytest.fixture(scope="module")
def model_url(s3: Any, train: Train) -> str:
    put_script(s3, SUBMIT, SCRIPT)
    job = train(
        "scikit",
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={
            "sagemaker_program": '"script.py"',
            "sagemaker_submit_directory": json.dumps(SUBMIT),
        },
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    return str(job["ModelArtifacts"]["S3ModelArtifacts"])


@pytest.fixture(scope="module")
def deploy_script(sagemaker: Any, model_url: str) -> Callable[[str, str], dict[str, Any]]:
    """An endpoint of the model, served by a script; what Describe says once it is up or has failed."""

    def deploy_it(name: str, submit: str) -> dict[str, Any]:
        container = {
            "Image": IMAGE,
            "ModelDataUrl": model_url,
            "Environment": {"SAGEMAKER_PROGRAM": "script.py", "SAGEMAKER_SUBMIT_DIRECTORY": submit},
        }
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant(name)])
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        with contextlib.suppress(WaiterError):  # a failed endpoint is what some tests want
            waiter = sagemaker.get_waiter("endpoint_in_service")
            waiter.wait(EndpointName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 3000})
        return dict(sagemaker.describe_endpoint(EndpointName=name))

    return deploy_it


def test_a_trained_model_predicts(deploy_script: Any, invoke: Callable[..., Any]) -> None:
    endpoint = deploy_script("scikit", SUBMIT)
    assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")
    reply = invoke("scikit", b"[[2, 1], [3, 3]]", ContentType="application/json")
    assert reply["ContentType"] == "application/json"
    assert json.loads(reply["Body"]) == pytest.approx([4, 7])
    reply = invoke("scikit", b"2,1\n3,3", ContentType="text/csv", Accept="text/csv")
    assert [float(line) for line in reply["Body"].split()] == pytest.approx([4, 7])
    with pytest.raises(ClientError) as refused:
        invoke("scikit", b"x", ContentType="image/png")
    assert "image/png is not supported" in refused.value.response["OriginalMessage"]


def test_a_script_without_model_fn_is_told(s3: Any, deploy_script: Any) -> None:
    put_script(s3, f"s3://{BUCKET}/bare/sourcedir.tar.gz", "print('the script is loaded')")
    endpoint = deploy_script("bare", f"s3://{BUCKET}/bare/sourcedir.tar.gz")
    assert endpoint["EndpointStatus"] == "Failed"
    assert "Please provide a model_fn implementation" in endpoint["FailureReason"]
