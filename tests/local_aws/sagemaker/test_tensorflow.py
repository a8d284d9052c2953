"""Script mode and TensorFlow Serving's protocol, with the real toolkit and the real TensorFlow.

What the images run on (1.8 GB) is installed by the first job on a machine.
"""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from local_aws import job_logs
from local_aws.server import LocalAws

from .conftest import BUCKET, ROLE, Train, channel, put_model, variant

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

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def run(s3: Any, train: Train) -> Run:
    """Run a script as a training job; what Describe says then."""

    def start(name: str, script: str, files: dict[str, bytes] | None = None, **overrides: Any) -> Any:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for path, content in {"train.py": script.encode(), **(files or {})}.items():
                member = tarfile.TarInfo(path)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        s3.put_object(Bucket=BUCKET, Key=f"{name}/sourcedir.tar.gz", Body=packed.getvalue())
        hyperparameters = {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{BUCKET}/{name}/sourcedir.tar.gz",
            **overrides.pop("hyperparameters", {}),
        }
        return train(
            name,
            AlgorithmSpecification={
                "TrainingImage": TRAINING,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "rows", "Regex": "rows=(.*?);"}],
            },
            HyperParameters={key: json.dumps(value) for key, value in hyperparameters.items()},
            StoppingCondition={"MaxRuntimeInSeconds": 600},
            **overrides,
        )

    return start


@pytest.fixture(scope="module")
def job(run: Run, s3: Any) -> dict[str, Any]:
    s3.put_object(Bucket=BUCKET, Key="linear/weights.csv", Body=b"1,1\n1,-1\n")
    data = channel(f"s3://{BUCKET}/linear/weights.csv")
    return run("linear", LINEAR, hyperparameters={"scale": 10}, InputDataConfig=[data])


@pytest.fixture(scope="module")
def deploy_tensorflow(sagemaker: Any) -> Callable[[str, str], dict[str, Any]]:
    """An endpoint of a model's archive; what Describe says once it is up or has failed."""

    def deploy(name: str, url: str) -> dict[str, Any]:
        container = {"Image": INFERENCE, "ModelDataUrl": url}
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant(name)])
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        waiter = sagemaker.get_waiter("endpoint_in_service")
        with contextlib.suppress(WaiterError):  # a failed endpoint is what some tests want
            waiter.wait(EndpointName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 3000})
        return dict(sagemaker.describe_endpoint(EndpointName=name))

    return deploy


@pytest.fixture(scope="module")
def ask(job: dict[str, Any], deploy_tensorflow: Any, invoke: Callable[..., Any]) -> Callable[..., Any]:
    """Send a body to an endpoint of the trained model."""
    endpoint = deploy_tensorflow("linear", job["ModelArtifacts"]["S3ModelArtifacts"])
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


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        (
            "raises",
            "class NoColumn(Exception): ...\nprint('reading')\nraise NoColumn('petal_width')",
            "NoColumn: petal_width",
        ),
        (
            "killed",
            "import os\nprint('epoch 7')\nos.kill(os.getpid(), 9)",
            "epoch 7\nThe process was killed (SIGKILL), as it is when memory runs out.",
        ),
    ],
)
def test_a_failed_scripts_last_lines_are_the_reason(run: Run, name: str, script: str, expected: str) -> None:
    failed = run(name, script)
    assert failed["TrainingJobStatus"] == "Failed"
    assert failed["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:")
    assert f'{expected}"\nCommand' in failed["FailureReason"]


def test_a_script_that_is_not_there_is_named(run: Run) -> None:
    failed = run("absent", "", hyperparameters={"sagemaker_program": "no_such.py"})
    assert failed["TrainingJobStatus"] == "Failed"
    assert "no_such.py" in failed["FailureReason"]


def test_a_scripts_own_requirements_stay_with_its_job(run: Run) -> None:
    wheel, name = io.BytesIO(), "only_here-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("only_here.py", "")
        info = "only_here-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: only-here\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    files = {"requirements.txt": f"./{name}\n".encode(), name: wheel.getvalue()}
    installed = run("own-packages", "import only_here", files)
    assert installed["TrainingJobStatus"] == "Completed", installed.get("FailureReason")
    other = run("others-packages", "import only_here")
    assert "No module named 'only_here'" in other["FailureReason"]


def test_a_script_that_leaves_no_model_is_told_by_the_endpoint(
    aws: LocalAws, run: Run, deploy_tensorflow: Any
) -> None:
    done = run("empty", "print('saved to /tmp/elsewhere')")
    assert done["TrainingJobStatus"] == "Completed"
    assert any("/opt/ml/model" in line for line in job_logs.lines(aws.runtime, "empty"))
    endpoint = deploy_tensorflow("empty", done["ModelArtifacts"]["S3ModelArtifacts"])
    assert endpoint["EndpointStatus"] == "Failed"
    assert "Training job empty left nothing in /opt/ml/model" in endpoint["FailureReason"]
    assert "saved to /tmp/elsewhere" in endpoint["FailureReason"]


def test_an_archive_without_a_saved_model_is_listed(s3: Any, deploy_tensorflow: Any) -> None:
    endpoint = deploy_tensorflow("keras", put_model(s3, "model.keras"))
    assert endpoint["EndpointStatus"] == "Failed"
    assert "no SavedModel bundles found" in endpoint["FailureReason"]
    assert "it holds: model.keras" in endpoint["FailureReason"]
