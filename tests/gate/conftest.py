"""A folder like the build's, and an HTTP server that speaks SageMaker's wire forms for one endpoint."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import polars as pl
import pytest

from mlops.gate.case import Subject
from mlops.gate.command import run
from mlops.spec import Release
from mlops.spec.release import DataFingerprint, ModelArtifact, TrainingRecord
from tests.project import PROJECT, settings_of

ROOT = Path(__file__).parents[2]
USERS, RATINGS, FILMS = 210, 10, 60
FEATURE_DIM = USERS + FILMS

RELEASE = Release(
    example="movielens",
    release_id="release-1",
    created_at=datetime(2026, 1, 2, tzinfo=UTC),
    commit="c" * 40,
    model=ModelArtifact(image="registry/factorization-machines:1", model_data_url="s3://models/model.tar.gz"),
    training=TrainingRecord(job_name="job"),
    data=DataFingerprint(
        sha256=hashlib.sha256(b"ratings").hexdigest(),
        rows=90_570 + USERS * RATINGS,
        train_rows=90_570,
        held_out_rows=USERS * RATINGS,
        facts={"feature_dim": FEATURE_DIM},
    ),
)


class RefusalError(Exception):
    """The container's refusal of a request."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


Answer = Callable[[bytes, str], bytes]


@dataclass
class Model:
    """A sound factorization machine: its scores by the row's keys, and its refusals."""

    scores: dict[tuple[int, ...], float]

    def __call__(self, body: bytes, content_type: str) -> bytes:
        if content_type != "application/json":
            raise RefusalError(415)
        try:
            instances = [one["data"]["features"] for one in json.loads(body)["instances"]]
            found = [self.scores[tuple(one["keys"])] for one in instances if one["shape"] == [FEATURE_DIM]]
        except (ValueError, KeyError) as error:
            raise RefusalError(400) from error
        if not instances or len(found) < len(instances):
            raise RefusalError(400)
        return predictions(found)


def predictions(scores: list[float]) -> bytes:
    """The algorithm's reply."""
    labelled = [{"score": score, "predicted_label": int(score > 0.5)} for score in scores]
    return json.dumps({"predictions": labelled}).encode()


@dataclass
class SageMaker:
    """One endpoint: what it is, what it answers, and what it was asked; ``others`` only answer.

    Where it has ``variants``, each answers for itself.
    ``stored`` is what S3 was given, by bucket and key.
    """

    answer: Answer
    name: str
    model: str
    status: str = "InService"
    requests: list[bytes] = field(default_factory=list)
    throttles: int = 0
    others: dict[str, Answer] = field(default_factory=dict)
    variants: dict[str, Answer] = field(default_factory=dict)
    asked_by: list[str | None] = field(default_factory=list)
    stored: dict[str, bytes] = field(default_factory=dict)

    def describe(self, target: str, params: dict[str, Any]) -> tuple[int, str, dict[str, Any]]:
        """Status, error type and reply of a call to the control plane."""
        if target == "SageMaker.DescribeEndpointConfig":
            names = self.variants or ("AllTraffic",)
            variants = [{"VariantName": name, "ModelName": self.model} for name in names]
            return 200, "", {"EndpointConfigName": "config-1", "ProductionVariants": variants}
        if params["EndpointName"] in self.others:
            reply = {"EndpointStatus": "InService", "EndpointConfigName": "config-1"}
            return 200, "", {**reply, "EndpointName": params["EndpointName"]}
        if params["EndpointName"] != self.name:
            message = f'Could not find endpoint "{params["EndpointName"]}".'
            return 400, "ValidationException", {"Message": message}
        reply = {"EndpointName": self.name, "EndpointStatus": self.status, "EndpointConfigName": "config-1"}
        return 200, "", reply

    def invoke(
        self, name: str, body: bytes, content_type: str, variant: str | None = None
    ) -> tuple[int, str, bytes]:
        """Status, error type and body of an invocation."""
        answer = self.answer
        if name == self.name:
            self.requests.append(body)
            answer = self.variants[variant] if variant else answer
        else:
            answer = self.others[name]
        if self.throttles:
            self.throttles -= 1
            return 400, "ThrottlingException", b'{"Message": "Rate exceeded"}'
        try:
            return 200, "", answer(body, content_type)
        except RefusalError as refusal:
            error = {"Message": "Received client error", "OriginalStatusCode": refusal.status}
            return 424, "ModelError", json.dumps(error).encode()


def _handler(sagemaker: SageMaker) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if target := self.headers.get("X-Amz-Target"):
                status, error, described = sagemaker.describe(target, json.loads(body))
                reply = json.dumps(described).encode()
            else:
                _, endpoints, name, invocations = self.path.split("/")
                assert (endpoints, invocations) == ("endpoints", "invocations")
                sagemaker.asked_by.append(self.headers["X-Amzn-SageMaker-Custom-Attributes"])
                variant = self.headers["X-Amzn-SageMaker-Target-Variant"]
                status, error, reply = sagemaker.invoke(name, body, self.headers["Content-Type"], variant)
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.send_header("Content-Type", "application/json")
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.end_headers()
            self.wfile.write(reply)

        def do_PUT(self) -> None:
            assert self.headers["If-None-Match"] == "*"
            sagemaker.stored[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    return Handler


@dataclass
class Build:
    """The build's folder and environment; ``run`` is the gate's command in this process."""

    root: Path
    sagemaker: SageMaker
    rows: pl.DataFrame
    capsys: pytest.CaptureFixture[str]
    printed: str = ""

    @property
    def training_output(self) -> Path:
        return self.root / "TrainOutput"

    def refuse(self, status: int) -> NoReturn:
        """What an answer does to refuse."""
        raise RefusalError(status)

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a file's text."""
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new))

    def hold_out(self, rows: pl.DataFrame) -> None:
        """Write these rows in place of training's, and their number into the manifest."""
        rows.write_parquet(self.training_output / "held_out.parquet")
        data = RELEASE.data.model_copy(update={"held_out_rows": rows.height})
        RELEASE.model_copy(update={"data": data}).write(self.training_output / "release.json")

    def release_as(self, model_data_url: str) -> str:
        """Release a model of this artifact; the name that it gets when it is deployed to QA."""
        model = RELEASE.model.model_copy(update={"model_data_url": model_data_url})
        RELEASE.model_copy(update={"model": model}).write(self.training_output / "release.json")
        return settings_of("movielens").names.model("qa", model.content_hash)

    def run(self) -> tuple[int, dict[str, Any]]:
        """The exit code and the JSON report."""
        protocol = pytest.importorskip("endpoint_tests.movielens.protocol")
        with pytest.raises(SystemExit) as ended:
            run(Subject("movielens", protocol.protocol_of))
        self.printed = self.capsys.readouterr().out
        assert isinstance(ended.value.code, int)
        return ended.value.code, json.loads((self.root / "gate-report" / "gate.json").read_text())


@pytest.fixture(scope="session")
def weights() -> np.ndarray[Any, Any]:
    """What each user's taste and each film's quality add to the logit."""
    return np.random.default_rng(5).normal(scale=1.3, size=FEATURE_DIM)


@pytest.fixture(scope="session")
def held_out(weights: np.ndarray[Any, Any]) -> pl.DataFrame:
    """Ratings by users of unlike taste; the model's score is ``truth``, the baseline knows only films."""
    random = np.random.default_rng(6)
    user = np.repeat(np.arange(USERS), RATINGS)
    film = np.concatenate([random.choice(FILMS, RATINGS, replace=False) for _ in range(USERS)])
    quality = weights[USERS + film]
    logit = weights[user] + quality

    def probability(value: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.asarray(1 / (1 + np.exp(-value)))

    return pl.DataFrame(
        {
            "keys": pl.Series(np.stack([user, USERS + film], axis=1).tolist(), dtype=pl.List(pl.UInt32)),
            "label": (random.random(len(user)) < probability(logit)).astype(np.uint8),
            "baseline_score": probability(0.5 * quality),
            "user_id": user,
            "item_id": film,
            "truth": probability(logit),
        }
    )


@pytest.fixture
def model(held_out: pl.DataFrame) -> Model:
    return Model(dict(zip(map(tuple, held_out["keys"].to_list()), held_out["truth"].to_list(), strict=True)))


@pytest.fixture
def sagemaker(model: Model) -> Iterator[SageMaker]:
    names = settings_of("movielens").names
    fake = SageMaker(model, names.endpoint("qa"), names.model("qa", RELEASE.model.content_hash))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def build(
    tmp_path: Path,
    sagemaker: SageMaker,
    held_out: pl.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Build:
    """A checkout with the gate file as shipped, but fewer latency requests and quick time-outs."""
    for path in ("mlops.toml", "examples/movielens/example.toml", "endpoint_tests/movielens/gate.toml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / path, tmp_path / path)
    (tmp_path / "TrainOutput").mkdir()
    made = Build(tmp_path, sagemaker, held_out, capsys)
    gate = "endpoint_tests/movielens/gate.toml"
    made.replace(gate, "requests = 300\nwarm_up = 20", "requests = 20\nwarm_up = 0")
    made.replace(gate, "timeout_seconds = 60\nattempts = 4", "timeout_seconds = 10\nattempts = 2")
    made.hold_out(held_out)
    variables = {
        "ENDPOINT_NAME": sagemaker.name,
        "MLOPS_ENVIRONMENT": "qa",
        "MLOPS_EXAMPLE": "movielens",
        "CODEBUILD_SRC_DIR_TrainOutput": str(made.training_output),
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["gate"])
    return made
