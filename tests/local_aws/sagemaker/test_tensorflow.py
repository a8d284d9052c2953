"""Script mode and TensorFlow Serving's protocol, with the real toolkit and the real TensorFlow.

What the images run on (1.8 GB) is installed by the first job on a machine.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import job_logs
from local_aws.server import LocalAws

from .conftest import BUCKET, Serve, Train, channel, put_archive, put_model

REGISTRY = "763104351884.dkr.ecr.eu-west-1.amazonaws.com"
TRAINING = f"{REGISTRY}/tensorflow-training:2.21-cpu-py312"
INFERENCE = f"{REGISTRY}/tensorflow-inference:2.20-cpu-py312"

pytestmark = pytest.mark.timeout(900)

# y = [x0 + x1, 10 (x0 - x1)]
LINEAR = """
import argparse, importlib.util, os, sys
from pathlib import Path
import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument("--scale", type=float)
parser.add_argument("--model_dir")
given = parser.parse_args()
data = Path(os.environ["SM_CHANNEL_TRAIN"], "weights.csv").read_text()
weights = [[float(word) for word in line.split(",")] for line in data.splitlines()]
print(f"rows={len(weights)};")
print("sees the project:", importlib.util.find_spec("local_aws") is not None)


class Linear(tf.Module):
    def __init__(self):
        self.weights = tf.Variable(weights)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def both(self, x):
        y = x @ self.weights
        return {"sum": y[:, 0], "difference": given.scale * y[:, 1]}

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def plain(self, x):
        return {"y": x @ self.weights}


model = Linear()
signatures = {"serving_default": model.plain, "both": model.both}
tf.saved_model.save(model, os.environ["SM_MODEL_DIR"] + "/export/Servo/1", signatures)
"""


@pytest.fixture(scope="module")
def job(s3: Any, train_script: Train) -> dict[str, Any]:
    s3.put_object(Bucket=BUCKET, Key="linear/weights.csv", Body=b"1,1\n1,-1\n")
    return train_script(
        "linear",
        TRAINING,
        LINEAR,
        hyperparameters={"scale": 10},
        metrics=[{"Name": "rows", "Regex": "rows=(.*?);"}],
        InputDataConfig=[channel(f"s3://{BUCKET}/linear/weights.csv")],
    )


@pytest.fixture(scope="module")
def ask(job: dict[str, Any], serve: Serve, invoke: Callable[..., Any]) -> Callable[..., Any]:
    """Send a body to an endpoint of the trained model."""
    endpoint = serve("linear", INFERENCE, job["ModelArtifacts"]["S3ModelArtifacts"])
    assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")

    def send(body: str | dict[str, Any], content_type: str = "application/json", **options: Any) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        reply = invoke("linear", text.encode(), ContentType=content_type, **options)
        assert reply["ContentType"] == "application/json"
        return json.loads(reply["Body"])

    return send


def test_a_script_trains_with_its_channel_and_hyperparameters(aws: LocalAws, job: dict[str, Any]) -> None:
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert [(item["MetricName"], item["Value"]) for item in job["FinalMetricDataList"]] == [("rows", 2.0)]
    assert "sees the project: False" in list(job_logs.lines(aws.runtime, "linear"))


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ({"instances": [[1, 2], [3, 5]]}, "application/json", {"predictions": [[3, -1], [8, -2]]}),
        ({"instances": [{"x": [1, 2]}]}, "application/json", {"predictions": [[3, -1]]}),
        ({"inputs": {"x": [[1, 2]]}}, "application/json", {"outputs": [[3, -1]]}),
        ("1,2\n3,5", "text/csv", {"predictions": [[3, -1], [8, -2]]}),
        (
            {"signature_name": "both", "instances": [[1, 2]]},
            "application/json",
            {"predictions": [{"sum": 3, "difference": -10}]},
        ),
    ],
    ids=["rows", "named rows", "a named column", "CSV", "another signature"],
)
def test_predictions(ask: Callable[..., Any], body: Any, content_type: str, expected: Any) -> None:
    assert ask(body, content_type) == expected


@pytest.mark.parametrize(
    ("body", "options", "status", "expected"),
    [
        ({"signature_name": "no", "instances": [[1, 2]]}, {}, 400, 'signature name: "no" not found'),
        ({"instances": [[1, 2, 3]]}, {}, 400, "Matrix size-incompatible"),
        ({"instances": [["a", 2]]}, {}, 400, "is not of expected type: float"),
        ({"instances": [[1, 2]]}, {"CustomAttributes": "tfs-model-name=no"}, 404, "Latest(no)"),
        ({"instances": [[1, 2]]}, {"CustomAttributes": "tfs-model-version=7"}, 404, "Specific(Servo, 7)"),
        ("1 2", {"content_type": "text/plain"}, 415, "Unsupported Media Type: text/plain"),
    ],
    ids=["no such signature", "a wrong shape", "a word", "no such model", "no such version", "a text"],
)
def test_refusals(ask: Callable[..., Any], body: Any, options: Any, status: int, expected: str) -> None:
    with pytest.raises(ClientError) as refused:
        ask(body, **options)
    assert refused.value.response["OriginalStatusCode"] == status
    assert expected in json.loads(refused.value.response["OriginalMessage"])["error"]


INFERENCE_SCRIPT = b"""
import json

def input_handler(data, context):
    return json.dumps({"instances": [[float(word) for word in data.read().split()]]})

def output_handler(response, context):
    if response.status_code != 200:
        raise ValueError(response.json()["error"])
    return json.dumps(response.json()["predictions"][0]), context.accept_header
"""


def test_a_users_own_handlers_stand_around_the_model(
    s3: Any, job: dict[str, Any], serve: Serve, invoke: Callable[..., Any]
) -> None:
    bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://").partition("/")
    packed = io.BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    with tarfile.open(fileobj=packed) as tar:
        files = {item.name: file.read() for item in tar if (file := tar.extractfile(item)) is not None}
    files["code/inference.py"] = INFERENCE_SCRIPT
    endpoint = serve("handled", INFERENCE, put_archive(s3, "handled/model.tar.gz", files))
    assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")
    reply = invoke("handled", b"3 5", ContentType="text/plain", Accept="application/json")
    assert (reply["ContentType"], json.loads(reply["Body"])) == ("application/json", [8, -2])
    with pytest.raises(ClientError) as refused:
        invoke("handled", b"1 2 3", ContentType="text/plain")
    assert refused.value.response["OriginalStatusCode"] == 500
    assert "Matrix size-incompatible" in json.loads(refused.value.response["OriginalMessage"])["error"]


def test_an_archive_without_a_saved_model_is_listed(s3: Any, serve: Serve) -> None:
    endpoint = serve("keras", INFERENCE, put_model(s3, "model.keras"))
    assert endpoint["EndpointStatus"] == "Failed"
    assert "no SavedModel bundles found" in endpoint["FailureReason"]
    assert "it holds: model.keras" in endpoint["FailureReason"]
