"""The iris demo from a fresh clone to PROD, and what a user sees of a wrong script."""

from __future__ import annotations

import json
import subprocess
import tarfile

import pytest

from mlops.spec import load_release
from tests.demo.conftest import Clone

EXAMPLE = "iris"
SCRIPT = "training/iris/script/train.py"


def test_a_fresh_clone_ends_with_a_prod_endpoint(released: subprocess.CompletedProcess[str]) -> None:
    assert released.returncode == 0, released.stdout + released.stderr
    assert "mlops-iris-prod: InService" in released.stdout
    assert "Traceback" not in released.stdout + released.stderr


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("artifact", ["QaTest", "ProdTest"])
def test_the_held_out_flowers_are_told_apart(clone: Clone, artifact: str) -> None:
    report = clone.gate_report(artifact)
    assert report["rows"] == sum(map(sum, report["confusion"]["counts"])) == 30
    assert report["metrics"]["accuracy"]["model"]["value"] >= 0.93


@pytest.mark.usefixtures("released")
def test_training_leaves_a_saved_model_its_curves_and_its_metrics(clone: Clone) -> None:
    release = load_release(clone.artifact("TrainOutput/release.json"))
    bucket, _, key = release.model.model_data_url.removeprefix("s3://").partition("/")
    model = clone.client("s3").get_object(Bucket=bucket, Key=key)["Body"]
    with tarfile.open(fileobj=model, mode="r|gz") as archive:
        assert "export/Servo/1/saved_model.pb" in archive.getnames()
    assert clone.artifact("TrainOutput/training_curves.png").read_bytes().startswith(b"\x89PNG")
    metrics = json.loads(clone.artifact("TrainOutput/metrics.json").read_text())
    accuracy = clone.gate_report("QaTest")["metrics"]["accuracy"]["model"]["value"]
    assert metrics["training"]["test_accuracy"] == pytest.approx(accuracy, abs=1e-4)


def test_the_lines_that_it_ends_with_call_the_endpoint(
    clone: Clone, released: subprocess.CompletedProcess[str]
) -> None:
    predictions = clone.predictions(released)
    assert [scores.index(max(scores)) for scores in predictions] == [0, 1, 2]


@pytest.mark.parametrize(
    ("right", "wrong", "action", "words"),
    [
        pytest.param(
            "    model.export(",
            "    raise ValueError('petal_width has no values')\n    model.export(",
            "Train / Train",
            "ValueError: petal_width has no values",
            id="raises",
        ),
        pytest.param(
            "given.model_dir / _EXPORT", "'elsewhere'", "Train / Train", "epoch 60:", id="saves elsewhere"
        ),
    ],
)
def test_a_wrong_script_ends_the_demo_with_its_own_last_lines(
    unreleased: Clone, right: str, wrong: str, action: str, words: str
) -> None:
    unreleased.commit(SCRIPT, right, wrong)
    run = unreleased.demo()
    assert run.returncode == 1
    assert words in run.stdout.partition(f"{action} failed\n")[2]
    assert "Traceback" not in run.stderr
