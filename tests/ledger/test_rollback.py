"""PROD brought back by ``python -m ledger rollback``: real Terraform, a served model, the real gate."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from ledger.book import Ledger
from ledger.history import History
from ledger.record import trained
from local_aws.images.factorization_machines.model import Model
from local_aws.server import LocalAws
from mlops_spec import Names, Release, load_release, load_settings
from tests.ledger import entries
from toolchain import terraform_environment

ROOT = Path(__file__).parents[2]
USERS, FILMS, HELD_OUT_ROWS = 60, 40, 1200
OLD, NEW = "11111111-aaaa", "22222222-bbbb"
TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Production:
    """PROD on a local AWS, where ``NEW`` was deployed after ``OLD``; ``root`` is a clone of the project."""

    root: Path
    aws: LocalAws
    names: Names
    ledger: Ledger
    environment: dict[str, str]

    def run(self, *command: str, said: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )

    def rollback(self, *options: str, said: str = "") -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "ledger", "rollback", "movielens", *options, said=said)

    def served(self) -> str:
        """The model that PROD serves."""
        sagemaker = self.aws.runtime.client("sagemaker")
        endpoint = sagemaker.describe_endpoint(EndpointName=self.names.endpoint("prod"))
        assert endpoint["EndpointStatus"] == "InService"
        config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        return str(config["ProductionVariants"][0]["ModelName"])

    def model(self, release: Release) -> str:
        return self.names.model("prod", release.model.content_hash)

    def deploy(self, manifest: Path) -> None:
        """What the pipeline did before."""
        out = {"CDKTF_OUTDIR": str(self.root / "cdktf.out"), "MLOPS_RELEASE": str(manifest)}
        subprocess.run(
            [sys.executable, "main.py"], cwd=self.root, env={**self.environment, **out}, check=True
        )
        folder = self.root / "cdktf.out/stacks/movielens-prod"
        for command in (["init"], ["apply", "-auto-approve"]):
            line = ["terraform", f"-chdir={folder}", *command, "-input=false", "-no-color"]
            done = self.run(*line)
            assert done.returncode == 0, done.stdout + done.stderr


def ratings(weights: Any) -> pl.DataFrame:
    """Held-out rows whose labels follow the weights."""
    drawn = np.random.default_rng(3)
    user, film = drawn.integers(0, USERS, HELD_OUT_ROWS), drawn.integers(0, FILMS, HELD_OUT_ROWS) + USERS
    probability = 1 / (1 + np.exp(-(weights[user] + weights[film])))
    return pl.DataFrame(
        {
            "keys": pl.Series(np.stack([user, film], axis=1).tolist(), dtype=pl.List(pl.UInt32)),
            "label": (drawn.random(HELD_OUT_ROWS) < probability).astype(np.uint8),
            "baseline_score": np.full(HELD_OUT_ROWS, 0.5),
            "user_id": user,
        }
    )


def archive(weights: Any, folder: Path) -> bytes:
    """A factorization machine of these linear weights, as training packs it."""
    size = len(weights)
    machine = Model(
        np.zeros(1, np.float32), weights.astype(np.float32), np.zeros((size, 2), np.float32), True
    )
    machine.save(folder)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(folder, ".")
    return packed.getvalue()


def release(release_id: str, names: Names) -> Release:
    fixture = load_release(ROOT / "tests/fixtures/movielens-release.json")
    url = f"s3://{names.models_bucket}/{release_id}/model/model.tar.gz"
    training = fixture.training.model_copy(update={"hyperparameters": {"feature_dim": str(USERS + FILMS)}})
    data = fixture.data.model_copy(update={"held_out_rows": HELD_OUT_ROWS})
    model = fixture.model.model_copy(update={"model_data_url": url})
    changed = {"release_id": release_id, "model": model, "training": training, "data": data}
    return fixture.model_copy(update=changed)


def clone(root: Path) -> Path:
    """The project with a gate for few rows."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(root)], check=True)
    gate = root / "endpoint_tests/movielens/gate.toml"
    limits = {
        "minimum_rows = 2000": "minimum_rows = 500",
        "requests = 300\nwarm_up = 20": "requests = 20\nwarm_up = 1",
        "accuracy.at_least = 0.69": "accuracy.at_least = 0.6",
        "auc.at_least = 0.75": "auc.at_least = 0.65",
        "log_loss.at_most = 0.60": "log_loss.at_most = 0.65",
    }
    text = gate.read_text()
    for old, new in limits.items():
        assert old in text
        text = text.replace(old, new)
    gate.write_text(text)
    return root


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    root = clone(tmp_path_factory.mktemp("project") / "clone")
    names = load_settings(root, "movielens").names
    with LocalAws(tmp_path_factory.mktemp("aws")) as aws:
        s3 = aws.runtime.client("s3")
        for bucket in (names.state_bucket, names.models_bucket, names.ledger_bucket):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": names.region})
        variables = {**os.environ, **aws.runtime.environment(), "PYTHONPATH": ".:constructs"}
        environment = terraform_environment({**variables, "COLUMNS": "200"})
        made = Production(root, aws, names, Ledger(s3, names.ledger_bucket), environment)
        weights = np.random.default_rng(5).normal(scale=1.5, size=USERS + FILMS)
        judgements: tuple[tuple[str, entries.Verdict], ...] = ((OLD, "passed"), (NEW, "blocked"))
        for release_id, verdict in judgements:
            folder = tmp_path_factory.mktemp("release")
            release(release_id, names).write(folder / "release.json")
            ratings(weights).write_parquet(folder / "held_out.parquet")
            key = f"{release_id}/model/model.tar.gz"
            packed = archive(weights, tmp_path_factory.mktemp("model"))
            s3.put_object(Bucket=names.models_bucket, Key=key, Body=packed)
            files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
            made.ledger.record(trained(folder, files), files)
            made.ledger.record(entries.judged(release_id, 0, verdict=verdict), {})
        made.deploy(folder / "release.json")
        yield made


def test_a_release_that_never_passed_in_prod_is_refused_before_anything_is_done(
    production: Production,
) -> None:
    run = production.rollback("--release", NEW, "--yes")
    assert run.returncode == 2
    assert f"RELEASE: given {NEW}; allowed: a release that passed the PROD test: {OLD}." in run.stderr
    assert "Traceback" not in run.stderr


def test_a_refusal_changes_nothing(production: Production) -> None:
    before = production.ledger.entries()
    run = production.rollback(said="n\n")
    assert run.returncode == 3, run.stdout + run.stderr
    assert f"PROD serves {NEW}; back to {OLD}" in run.stdout
    assert "aws_sagemaker_endpoint.endpoint" in run.stdout
    assert "Refused: nothing was changed." in run.stdout
    assert production.served() == production.model(release(NEW, production.names))
    assert production.ledger.entries() == before


def test_a_way_back_that_terraform_refuses_changes_nothing(production: Production) -> None:
    s3, key = production.aws.runtime.client("s3"), production.names.state_key("movielens-prod") + ".tflock"
    lock = {"ID": "1", "Who": "somebody@elsewhere", "Created": "2026-01-02T03:04:05Z"}
    s3.put_object(Bucket=production.names.state_bucket, Key=key, Body=json.dumps(lock))
    run = production.rollback("--yes")
    s3.delete_object(Bucket=production.names.state_bucket, Key=key)
    assert run.returncode == 1
    assert "somebody@elsewhere" in run.stderr
    assert "Traceback" not in run.stderr


def test_prod_serves_the_release_before_judged_by_its_gate_and_the_ledger_says_so(
    production: Production,
) -> None:
    started = datetime.now(UTC)
    run = production.rollback("--yes")
    assert run.returncode == 0, run.stdout + run.stderr
    assert production.served() == production.model(release(OLD, production.names))
    *_, plan, test = production.ledger.entries()
    assert (plan.step, plan.release_id) == ("prod-plan", OLD)
    assert plan.plan is not None
    assert "to add" in plan.plan.summary
    assert b"aws_sagemaker_endpoint" in production.ledger.file(plan, "plan.txt")
    assert (test.step, test.release_id) == ("prod-test", OLD)
    assert test.gate is not None
    assert test.gate.verdict == "passed"
    assert test.approval is not None
    assert test.approval.by.startswith("arn:aws:")
    report = json.loads(production.ledger.file(test, "gate.json"))
    assert report["release"]["release_id"] == OLD
    serving = History(production.ledger.entries()).serving("prod")
    assert serving is not None
    assert (serving.release_id, serving.passed) == (OLD, True)
    assert serving.since > started
    shown = production.run(sys.executable, "-m", "ledger", "releases", "movielens", "--json")
    latest = {each["release_id"]: each["serves"] for each in json.loads(shown.stdout)}
    assert list(latest[OLD]) == ["prod"]
    assert latest[NEW] == {}


def test_once_it_serves_there_is_nothing_to_apply_and_it_is_judged_again(production: Production) -> None:
    before = len(production.ledger.entries())
    run = production.rollback("--release", OLD)
    assert run.returncode == 0, run.stdout + run.stderr
    (test,) = production.ledger.entries()[before:]
    assert test.step == "prod-test"
    assert test.approval is None
