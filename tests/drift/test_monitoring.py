"""A monitoring pipeline that was made by Terraform, on an endpoint that is really asked, on the local AWS."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from local_aws.git import GitServer
from local_aws.server import LocalAws
from mlops.gate.score_columns import score_columns
from mlops.ledger.entry import TRAIN, DriftFacts, Entry, GateFacts
from mlops.ledger.store import Ledger
from mlops.profile import PROFILE_FILE, Profile
from mlops.serving.client import INVOKED_BY
from mlops.spec import Names, load_settings
from mlops.spec.gate_report import GateReport
from mlops.toolchain import terraform_environment
from tests.project import clone_project

from .flowers import CLASSES, SERVE, answers, flowers

ROOT = Path(__file__).parents[2]
RELEASE = "release-1"
SETTINGS = """
[retraining]
schedule = "cron(0 3 ? * MON *)"

[monitoring]
schedule = "rate(1 day)"
retrain = true
"""
IMAGES = """
[[image]]
repository = "tensorflow-inference"
serve = "python serve.py"
"""
APPLY = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"]
PLAN = ["terraform", "plan", "-input=false", "-no-color"]
TIMEOUT_SECONDS = 300

pytestmark = pytest.mark.timeout(600)


@dataclass
class Watched:
    """The local AWS with the stack and the endpoint, and short ways to use them."""

    aws: LocalAws
    names: Names
    project: Path
    random: np.random.Generator

    def ask(self, requests: int, petal_shift: float = 0.0, attributes: str | None = None) -> None:
        """Ask for ten flowers in each of so many requests, and let them be captured."""
        runtime = self.aws.runtime.client("sagemaker-runtime")
        told = {"CustomAttributes": attributes} if attributes else {}
        for _ in range(requests):
            rows = flowers(self.random, 10, petal_shift)
            body = json.dumps({"instances": rows.rows()})
            runtime.invoke_endpoint(
                EndpointName=self.names.endpoint("prod"), Body=body, ContentType="application/json", **told
            )
        time.sleep(1.5)  # Captures are written once a second.

    def monitor(self) -> DriftFacts:
        """Run the monitoring pipeline, which must succeed; what it put into the ledger."""
        codepipeline, name = self.aws.runtime.client("codepipeline"), self.names.monitoring_pipeline
        execution = codepipeline.start_pipeline_execution(name=name)["pipelineExecutionId"]
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            found = codepipeline.get_pipeline_execution(pipelineName=name, pipelineExecutionId=execution)
            if found["pipelineExecution"]["status"] != "InProgress":
                break
            time.sleep(0.2)
        assert found["pipelineExecution"]["status"] == "Succeeded", self.log()
        newest = self.ledger.entries("monitoring")[-1]
        assert newest.drift is not None
        return newest.drift

    def show(self, *options: str) -> str:
        """What ``make monitor`` prints, with the account's own credentials."""
        done = subprocess.run(
            [sys.executable, "-m", "mlops", "monitor", "iris", *options],
            cwd=self.project,
            env={**os.environ, **self.aws.runtime.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def log(self) -> str:
        """What the monitoring builds have printed."""
        logs = self.aws.runtime.client("logs")
        group = self.names.log_group("monitor")
        events = logs.filter_log_events(logGroupName=group)["events"]
        return "\n".join(event["message"] for event in events)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.aws.runtime.client("s3"), self.names.ledger_bucket)

    @property
    def alarm(self) -> str:
        cloudwatch = self.aws.runtime.client("cloudwatch")
        found = cloudwatch.describe_alarms(AlarmNames=[self.names.data_drift_alarm])["MetricAlarms"]
        return str(found[0]["StateValue"])

    @property
    def retrainings(self) -> list[str]:
        listed = self.aws.runtime.client("codepipeline").list_pipeline_executions(
            pipelineName=self.names.pipeline
        )
        return [each["pipelineExecutionId"] for each in listed["pipelineExecutionSummaries"]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone whose iris example is monitored."""
    root = tmp_path_factory.mktemp("project") / "clone"
    clone_project(root)
    settings = root / "examples/iris/example.toml"
    settings.write_text(settings.read_text() + SETTINGS)
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    subprocess.run(
        ["git", *identity, "commit", "--quiet", "--all", "--message", "Watch"], cwd=root, check=True
    )
    return root


@pytest.fixture(scope="module")
def watched(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("aws")
    (folder / "images.toml").write_text(IMAGES)
    (folder / "serve.py").write_text(SERVE)
    with pytest.MonkeyPatch.context() as patch, LocalAws(folder, images=[folder / "images.toml"]) as aws:
        tools = terraform_environment()
        for name, value in tools.items():
            patch.setenv(name, value)
        settings = load_settings(project, "iris")
        out = tmp_path_factory.mktemp("cdktf.out")
        run([sys.executable, "main.py"], project, {**tools, "CDKTF_OUTDIR": str(out)})
        environment = {**tools, **aws.runtime.environment()}
        for stack in ("bootstrap", "iris-pipeline"):
            run(["terraform", "init", "-input=false", "-no-color"], out / "stacks" / stack, environment)
            run(APPLY, out / "stacks" / stack, environment)
        assert "No changes." in run(PLAN, out / "stacks" / "iris-pipeline", environment)
        made = Watched(aws, settings.names, project, np.random.default_rng(3))
        push(project, folder, settings.project.source.full_repository_id, settings.project.source.branch)
        release(made)
        serve(made)
        # A retraining would take minutes: it is held before it trains.
        aws.runtime.client("codepipeline").disable_stage_transition(
            pipelineName=made.names.pipeline, stageName="Train", transitionType="Inbound", reason="a test"
        )
        yield made


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def push(project: Path, folder: Path, repository: str, branch: str) -> None:
    target = str(GitServer(folder).repository(repository))
    subprocess.run(["git", "push", "--quiet", target, f"HEAD:refs/heads/{branch}"], cwd=project, check=True)


def release(watched: Watched) -> None:
    """Put into the ledger what training and PROD's gate leave."""
    random = np.random.default_rng(1)
    manifest = json.loads((ROOT / "tests/fixtures/iris-release.json").read_text())
    manifest["release_id"] = RELEASE
    profile = Profile.of(flowers(random, 3000)).model_dump_json()
    scores = Profile.of(score_columns(answers(flowers(random, 1000)), CLASSES)).columns
    now = datetime.now(UTC)
    report = GateReport(
        verdict="passed",
        summary="PASSED",
        consequence="PROD serves this release.",
        example="iris",
        environment="prod",
        started_at=now,
        seconds=1,
        scores={name: column.model_dump(mode="json") for name, column in scores.items()},
    )
    trained = Entry(step=TRAIN, release_id=RELEASE, at=now)
    watched.ledger.record(
        trained, {"release.json": json.dumps(manifest).encode(), PROFILE_FILE: profile.encode()}
    )
    passed = GateFacts(verdict="passed", summary="PASSED", deployed=True)
    tested = Entry(step="prod-test", release_id=RELEASE, at=now, gate=passed)
    watched.ledger.record(tested, {"gate.json": report.model_dump_json().encode()})


def serve(watched: Watched) -> None:
    """The endpoint as the PROD stack makes it: its name, its role, and where it captures."""
    names, sagemaker = watched.names, watched.aws.runtime.client("sagemaker")
    packed = io.BytesIO()
    tarfile.open(fileobj=packed, mode="w:gz").close()
    watched.aws.runtime.client("s3").put_object(
        Bucket=names.models_bucket, Key="r/model/model.tar.gz", Body=packed.getvalue()
    )
    manifest = json.loads((ROOT / "tests/fixtures/iris-release.json").read_text())
    container = {
        "Image": manifest["model"]["image"],
        "ModelDataUrl": f"s3://{names.models_bucket}/r/model/model.tar.gz",
    }
    role = names.role_arn(names.endpoint_execution)
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=role, PrimaryContainer=container)
    capture = f"s3://{names.models_bucket}/{names.capture_folder('prod').rstrip('/')}"
    sagemaker.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=[
            {
                "VariantName": "AllTraffic",
                "ModelName": "m",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
        DataCaptureConfig={
            "EnableCapture": True,
            "InitialSamplingPercentage": 100,
            "DestinationS3Uri": capture,
            "KmsKeyId": names.bucket_key_arn(names.models_bucket),
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            "CaptureContentTypeHeader": {"JsonContentTypes": ["application/json"]},
        },
    )
    sagemaker.create_endpoint(EndpointName=names.endpoint("prod"), EndpointConfigName="c")
    waiter = sagemaker.get_waiter("endpoint_in_service")
    waiter.wait(EndpointName=names.endpoint("prod"), WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})


def test_traffic_like_the_training_passes_then_shifted_traffic_alarms_and_retrains_once(
    watched: Watched,
) -> None:
    watched.ask(40)
    watched.ask(40, petal_shift=3, attributes=INVOKED_BY)  # The gate's own, which count for nothing.
    quiet = watched.monitor()
    assert (quiet.verdict, quiet.retraining, watched.alarm) == ("no drift", None, "OK"), quiet.summary
    assert watched.retrainings == []

    watched.ask(80, petal_shift=1.5)
    shifted = watched.monitor()
    assert (shifted.verdict, watched.alarm) == ("drift", "ALARM")
    assert "asked: petal_length" in shifted.summary
    assert "sepal" not in shifted.summary
    assert watched.retrainings == [shifted.retraining]

    again = watched.show("--record")
    assert (
        f"Not retrained again: this release's drift has started the execution {shifted.retraining}" in again
    )
    assert "Recorded in the ledger: monitoring/" in again
    assert len(watched.retrainings) == 1

    entry = watched.ledger.entries("monitoring")[-1]
    report = json.loads(watched.ledger.file(entry, "drift.json"))
    assert (report["requests"], report["rows"], report["release_id"]) == (120, 1200, RELEASE)
    assert b"DRIFT: iris in PROD" in watched.ledger.file(entry, "drift.html")


def test_at_a_laptop_the_same_is_shown_and_nothing_is_put_anywhere(watched: Watched, tmp_path: Path) -> None:
    before = len(watched.ledger.entries())
    watched.ask(40)
    shown = watched.show("--output", str(tmp_path / "report"))
    assert "asked: sepal_length" in shown
    assert {file.name for file in (tmp_path / "report").iterdir()} == {"drift.html", "drift.json"}
    assert len(watched.ledger.entries()) == before
