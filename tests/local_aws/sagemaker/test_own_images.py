"""A user's own container, by two commands that stand for it: from training to an answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_aws import job_logs
from local_aws.server import LocalAws

from .conftest import BUCKET, REGISTRY, Serve, Train, channel, put_model

IMAGE = f"{REGISTRY}/team/means:3"

FILE = """
[[image]]
repository = "team/means"
train = "python train.py mean"
serve = "python -u serve.py"

[[image]]
repository = "breaks"
train = "python -c 'raise SystemExit(\\"no mean today\\")'"
serve = "python -c 'raise SystemExit(\\"no server today\\")'"

[[image]]
repository = "absent"
train = "no-such-program"
serve = "no-such-program"
"""

TRAIN = """
import importlib.util, json, os, pathlib, sys
base = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
given = json.loads((base / "input/config/hyperparameters.json").read_text())
values = [float(line) for path in (base / "input/data/train").iterdir() for line in path.read_text().split()]
print(f"{sys.argv[1]}={sum(values) / len(values)};")
print("sees the tool:", [name for name in ("local_aws", "moto") if importlib.util.find_spec(name)])
(base / "model/mean.json").write_text(json.dumps(float(given["scale"]) * sum(values) / len(values)))
"""

SERVE = """
import http.server, json, os, pathlib

class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        assert self.path == "/ping"
        self.answer(b"")

    def do_POST(self):
        assert self.path == "/invocations"
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(json.dumps([value - mean for value in given]).encode())

base = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
mean = json.loads((base / "model/mean.json").read_text())
port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))
print("serving", os.environ["COLOUR"])
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    folder = tmp_path_factory.mktemp("container")
    for name, content in (("images.toml", FILE), ("train.py", TRAIN), ("serve.py", SERVE)):
        (folder / name).write_text(content)
    with LocalAws(tmp_path_factory.mktemp("aws"), images=[folder / "images.toml"]) as running:
        yield running


def algorithm(uri: str, *metrics: dict[str, str]) -> dict[str, Any]:
    return {"TrainingImage": uri, "TrainingInputMode": "File", "MetricDefinitions": list(metrics)}


def test_it_trains_and_serves(
    aws: LocalAws, s3: Any, train: Train, serve: Serve, invoke: Callable[..., Any]
) -> None:
    s3.put_object(Bucket=BUCKET, Key="means/values.txt", Body=b"1\n2\n6\n")
    job = train(
        "means",
        AlgorithmSpecification=algorithm(IMAGE, {"Name": "mean", "Regex": "mean=(.*?);"}),
        HyperParameters={"scale": "10"},
        InputDataConfig=[channel(f"s3://{BUCKET}/means/")],
    )
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert [item["Value"] for item in job["FinalMetricDataList"]] == [3.0]
    assert "sees the tool: []" in list(job_logs.lines(aws.runtime, "means"))

    url = job["ModelArtifacts"]["S3ModelArtifacts"]
    for name in ("means", "more-means"):  # side by side on one machine
        endpoint = serve(name, IMAGE, url, {"COLOUR": "green"})
        assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")
        assert json.loads(invoke(name, b"[31, 30.5]", ContentType="application/json")["Body"]) == [1, 0.5]
    # A container's words reach CloudWatch Logs a moment later.
    deadline = time.monotonic() + 120
    # Job and endpoint of the same name: their logs follow one another.
    while "serving green" not in list(job_logs.lines(aws.runtime, "means")):
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("repository", "of_the_job", "of_the_endpoint"),
    [
        ("breaks", "AlgorithmError: no mean today, exit code: 1", "no server today"),
        ("absent", "`no-such-program` cannot be started", "`no-such-program` cannot be started"),
    ],
)
def test_what_it_says_is_the_reason_of_a_failure(
    s3: Any, train: Train, serve: Serve, repository: str, of_the_job: str, of_the_endpoint: str
) -> None:
    uri = f"{REGISTRY}/{repository}:1"
    job = train(f"{repository}-job", AlgorithmSpecification=algorithm(uri))
    assert job["TrainingJobStatus"] == "Failed"
    assert of_the_job in job["FailureReason"]
    endpoint = serve(repository, uri, put_model(s3, "mean.json"))
    assert endpoint["EndpointStatus"] == "Failed"
    assert of_the_endpoint in endpoint["FailureReason"]
