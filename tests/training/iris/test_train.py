"""Training on the local AWS: the script in AWS's TensorFlow image, and scripts that end in other ways."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from examples.iris.fetch_data import flowers
from mlops.spec import load_release, load_settings
from mlops.train.build import Log, TrainingError
from mlops.train.framework_script import train_script
from mlops.train.prepare_table import prepare_table
from mlops.train.prepared import PreparedData
from mlops.train.script_mode import download_output
from tests.project import PROJECT
from tests.train.builds import MakeBuild
from training.iris.flowers import DATA
from training.iris.train import SCRIPT

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "training" / "iris"
NAMES = load_settings(PROJECT, "iris").names

# TensorFlow (1.8 GB) is installed by the first job on a machine.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def prepared(upload: Callable[[bytes], None], build: MakeBuild, tmp_path: Path) -> PreparedData:
    upload(flowers().write_csv().encode())
    return prepare_table(build(), DATA, Log(), tmp_path)


def unpacked(s3: Any, url: str) -> tarfile.TarFile:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return tarfile.open(fileobj=io.BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))


def test_the_script_s_network_becomes_a_release(
    aws: Any, buckets: Any, prepared: PreparedData, build: MakeBuild, tmp_path: Path
) -> None:
    given = build()
    release = train_script(given, prepared, SCRIPT, Log(), tmp_path)
    assert release == load_release(tmp_path / "release.json")
    assert "/tensorflow-inference:2.20.0-cpu-py312" in release.model.image
    assert release.training.hyperparameters["epochs"] == "2"
    assert release.training.metrics.keys() == set(SCRIPT.metrics)
    assert 0 < release.training.metrics["test_log_loss"] < 2
    with unpacked(buckets, release.model.model_data_url) as model:
        assert "export/Servo/1/saved_model.pb" in model.getnames()
        assert "export/Servo/1/variables/variables.index" in model.getnames()
    job = aws.runtime.client("sagemaker").describe_training_job(TrainingJobName=release.training.job_name)
    assert job["EnableNetworkIsolation"]
    assert job["RoleArn"] == NAMES.role_arn("training-execution")
    download_output(buckets, release.model.model_data_url, tmp_path)
    artifacts = yaml.safe_load((FOLDER / "buildspec.yml").read_text())["artifacts"]
    assert all((tmp_path / name).is_file() for name in artifacts["files"])
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["training"] == release.training.metrics
    assert metrics["rows"] == {"all": 150, "train": 120, "held_out": 30}


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("print('reading')\nraise ValueError('petal_width')", "ValueError: petal_width"),
        (
            "import os\nprint('epoch 7', flush=True)\nos.kill(os.getpid(), 9)",
            "epoch 7\nThe process was killed (SIGKILL), as it is when memory runs out.",
        ),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("import sys; sys.exit('There are no flowers.')", "There are no flowers."),
        ("print('saved to ./model')", "left nothing in /opt/ml/model"),
    ],
    ids=["raises", "is killed", "lacks a module", "exits", "saves elsewhere"],
)
def test_a_script_that_fails_ends_training_with_its_own_last_lines(
    prepared: PreparedData, build: MakeBuild, tmp_path: Path, script: str, said: str
) -> None:
    program = tmp_path / "script" / "train.py"
    program.parent.mkdir()
    program.write_text(script)
    with pytest.raises(TrainingError) as told:
        train_script(build(), prepared, replace(SCRIPT, program=program), Log(), tmp_path)
    assert said in str(told.value)
    assert not (tmp_path / "release.json").exists()
