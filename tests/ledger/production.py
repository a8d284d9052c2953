"""PROD on a local AWS for the rollbacks: real Terraform, a served model, the real gate."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from local_aws.images.factorization_machines.model import Model
from local_aws.server import LocalAws
from mlops.ledger.record import trained
from mlops.ledger.store import Ledger
from mlops.spec import Names, Release, load_release, load_settings
from mlops.toolchain import terraform_environment
from tests.ledger import entries
from tests.project import clone_project

ROOT = Path(__file__).parents[2]
USERS, FILMS, HELD_OUT_ROWS = 60, 40, 1200
OLD, NEW = "11111111-aaaa", "22222222-bbbb"
TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Production:
    """PROD on a local AWS; ``root`` is a clone of the project, ``folder`` holds the releases."""

    root: Path
    folder: Path
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

    def served(self) -> str:
        """The model that PROD serves."""
        sagemaker = self.aws.runtime.client("sagemaker")
        endpoint = sagemaker.describe_endpoint(EndpointName=self.names.endpoint("prod"))
        assert endpoint["EndpointStatus"] == "InService"
        config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        return str(config["ProductionVariants"][0]["ModelName"])

    def model(self, release: Release) -> str:
        return self.names.model("prod", release.model.content_hash)

    def synthesize(self, release_id: str, folder: Path) -> None:
        """Make the stacks of a release; its PROD stack stays in the ledger, as Plan records it."""
        out = {"CDKTF_OUTDIR": str(folder), "MLOPS_RELEASE": str(folder / "release.json")}
        subprocess.run(
            [sys.executable, "main.py"], cwd=self.root, env={**self.environment, **out}, check=True
        )
        stack = (folder / "stacks/movielens-prod/cdk.tf.json").read_bytes()
        self.ledger.record(entries.planned(release_id, 0), {"plan.txt": b"", "cdk.tf.json": stack})

    def deploy(self, release_id: str) -> subprocess.CompletedProcess[str]:
        """What the pipeline's Deploy does."""
        folder = self.folder / release_id / "stacks/movielens-prod"
        for command in (["init"], ["apply", "-auto-approve"]):
            done = self.run("terraform", f"-chdir={folder}", *command, "-input=false", "-no-color")
        return done


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
    folder.mkdir()
    machine.save(folder)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(folder, ".")
    return packed.getvalue()


def release(release_id: str, names: Names) -> Release:
    fixture = load_release(ROOT / "tests/fixtures/movielens-release.json")
    url = f"s3://{names.models_bucket}/{release_id}/model/model.tar.gz"
    facts = {"feature_dim": USERS + FILMS}
    data = fixture.data.model_copy(update={"held_out_rows": HELD_OUT_ROWS, "facts": facts})
    model = fixture.model.model_copy(update={"model_data_url": url})
    changed = {"release_id": release_id, "model": model, "data": data}
    return fixture.model_copy(update=changed)


def clone(root: Path) -> Path:
    """The project with a gate for few rows."""
    clone_project(root)
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


@contextmanager
def production(folder: Path) -> Iterator[Production]:
    """PROD where ``OLD`` passed, and ``NEW`` was deployed after it."""
    root = clone(folder / "clone")
    names = load_settings(root, "movielens").names
    with LocalAws(folder / "aws") as aws:
        s3 = aws.runtime.client("s3")
        for bucket in (names.state_bucket, names.models_bucket, names.ledger_bucket):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": names.region})
        variables = {**os.environ, **aws.runtime.environment()}
        environment = terraform_environment({**variables, "COLUMNS": "200"})
        made = Production(root, folder, aws, names, Ledger(s3, names.ledger_bucket), environment)
        weights = np.random.default_rng(5).normal(scale=1.5, size=USERS + FILMS)
        for release_id in (OLD, NEW):
            trains(made, release_id, weights)
        made.ledger.record(entries.judged(OLD, 0), {})
        deployed = made.deploy(NEW)
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        yield made


def trains(made: Production, release_id: str, weights: Any) -> None:
    """What Train and Plan leave of a release."""
    own = made.folder / release_id
    own.mkdir()
    release(release_id, made.names).write(own / "release.json")
    ratings(weights).write_parquet(own / "held_out.parquet")
    files = {path.name: path.read_bytes() for path in sorted(own.iterdir())}
    made.ledger.record(trained(own, files), files)
    key = f"{release_id}/model/model.tar.gz"
    packed = archive(weights, own / "model")
    made.aws.runtime.client("s3").put_object(Bucket=made.names.models_bucket, Key=key, Body=packed)
    made.synthesize(release_id, own)
