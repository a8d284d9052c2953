"""A scikit-learn script from training to predictions, with AWS's own toolkits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Serve, Train, put_archive

IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"

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


@pytest.fixture(scope="module")
def endpoint(s3: Any, train_script: Train, serve: Serve) -> str:
    job = train_script("scikit", IMAGE, SCRIPT)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    submitted = put_archive(s3, "scikit/serving.tar.gz", {"script.py": SCRIPT})
    environment = {"SAGEMAKER_PROGRAM": "script.py", "SAGEMAKER_SUBMIT_DIRECTORY": submitted}
    described = serve("scikit", IMAGE, job["ModelArtifacts"]["S3ModelArtifacts"], environment)
    assert described["EndpointStatus"] == "InService", described.get("FailureReason")
    return "scikit"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"[[2, 1], [3, 3]]", "application/json"), (b"2,1\n3,3", "text/csv")],
    ids=["JSON", "CSV"],
)
def test_a_trained_model_predicts(
    endpoint: str, invoke: Callable[..., Any], body: bytes, content_type: str
) -> None:
    reply = invoke(endpoint, body, ContentType=content_type)
    assert reply["ContentType"] == "application/json"
    assert json.loads(reply["Body"]) == pytest.approx([4, 7])


def test_the_reply_is_in_the_format_that_is_accepted(endpoint: str, invoke: Callable[..., Any]) -> None:
    reply = invoke(endpoint, b"2,1\n3,3", ContentType="text/csv", Accept="text/csv")
    assert [float(line) for line in reply["Body"].split()] == pytest.approx([4, 7])


def test_another_format_is_refused(endpoint: str, invoke: Callable[..., Any]) -> None:
    with pytest.raises(ClientError) as refused:
        invoke(endpoint, b"x", ContentType="image/png")
    assert "image/png is not supported" in refused.value.response["OriginalMessage"]
