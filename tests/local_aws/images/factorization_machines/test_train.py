"""The training process, from a container's folders to its model and its log."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from local_aws.images.factorization_machines import METRICS, channel, train
from local_aws.images.factorization_machines.model import Model, ModelFileError
from recordio import Records, encode

from .conftest import Container, ratings, shards

GIVEN: dict[str, Any] = {
    "num_factors": 4,
    "epochs": 2,
    "mini_batch_size": 200,
    "factors_lr": 0.005,
    "factors_init_sigma": 0.05,
}


def classifier(dim: int, **given: Any) -> dict[str, Any]:
    return {**GIVEN, "feature_dim": dim, "predictor_type": "binary_classifier", **given}


def run(caplog: pytest.LogCaptureFixture) -> tuple[int, dict[str, float]]:
    """The exit code and the metrics that the image's own expressions find in the log."""
    with caplog.at_level(logging.INFO):
        code = train.main()
    found = {}
    for metric in METRICS:
        for line in caplog.messages:
            if match := re.search(metric.regex, line):
                found[metric.name] = float(match.group(1))
    return code, found


def test_a_classifier_reports_its_metrics(container: Container, caplog: pytest.LogCaptureFixture) -> None:
    data = ratings(classifier=True, rows=4000)
    base = container(classifier(data.dim), train=shards(data.train, 3), test=shards(data.test, 1))
    code, metrics = run(caplog)
    assert code == 0
    names = ("binary_classification_accuracy", "binary_classification_cross_entropy", "binary_f_beta")
    assert {f"{when}:{name}" for when in ("train", "test") for name in names} < metrics.keys()
    assert metrics["train:progress"] == 100
    assert metrics["train:throughput"] > 0
    assert any(
        re.fullmatch(r"#test_score \(algo-1\) : \('binary_classification_accuracy', 0\.\d+\)", line)
        for line in caplog.messages
    )
    model = Model.load(base / "model")
    assert model.is_classifier
    assert model.factors.shape == (data.dim, 4)


def test_a_regressor_reports_its_metrics(container: Container, caplog: pytest.LogCaptureFixture) -> None:
    data = ratings(classifier=False, rows=4000)
    given = {**classifier(data.dim), "predictor_type": "regressor"}
    container(given, train=shards(data.train, 1), test=shards(data.test, 1))
    code, metrics = run(caplog)
    assert code == 0
    assert metrics["test:rmse"] == pytest.approx(metrics["test:mse"] ** 0.5)
    assert "test:absolute_loss" in metrics


def test_without_a_test_channel_nothing_is_tested(
    container: Container, caplog: pytest.LogCaptureFixture
) -> None:
    data = ratings(classifier=True, rows=400)
    container(classifier(data.dim), train=shards(data.train, 1))
    code, metrics = run(caplog)
    assert code == 0
    assert not [name for name in metrics if name.startswith("test:")]


def test_streaming_gives_the_model_that_memory_gives(
    container: Container, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ratings(classifier=True, rows=4000)
    base = container(classifier(data.dim), train=shards(data.train, 3))
    run(caplog)
    kept = Model.load(base / "model").factors
    monkeypatch.setattr(channel, "_KEPT_IN_MEMORY", 0)
    run(caplog)
    assert np.array_equal(kept, Model.load(base / "model").factors)


def failure(base: Path, code: int) -> str:
    assert code == 2
    assert not (base / "model").exists()
    reason = (base / "output/failure").read_text()
    assert reason.startswith("ClientError: ")
    return reason


def test_wrong_hyperparameters_are_the_reason(container: Container, caplog: pytest.LogCaptureFixture) -> None:
    base = container({"feature_dim": 10, "epochs": 0})
    reason = failure(base, run(caplog)[0])
    assert "num_factors" in reason
    assert "predictor_type" in reason
    assert "epochs" in reason


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, "the train channel holds no file"),
        ({"ratings.csv": b"1,2,3\n4,5,6\n"}, "ratings.csv is not recordIO-protobuf"),
        (
            {"a": encode(Records.of_rows(np.array([[12]]), labels=np.ones(1, np.float32)))},
            "feature_dim is 10",
        ),
        (
            {"a": encode(Records.of_rows(np.array([[1]]), labels=np.full(1, 4, np.float32)))},
            "other than 0 and 1",
        ),
        ({"a": encode(Records.of_rows(np.array([[1]])))}, "without a label"),
        (
            {
                "a": encode(
                    Records.of_rows(
                        np.array([[1]]), np.full((1, 1), np.nan, np.float32), np.ones(1, np.float32)
                    )
                )
            },
            "not finite numbers",
        ),
    ],
    ids=["no file", "csv", "features", "labels", "no label", "nan"],
)
def test_data_that_cannot_be_trained_on_is_the_reason(
    container: Container, caplog: pytest.LogCaptureFixture, content: dict[str, bytes], expected: str
) -> None:
    base = container(classifier(10), train=content)
    assert expected in failure(base, run(caplog)[0])


def test_another_models_artifact_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(ModelFileError, match=r"has no model\.npz; it holds: saved_model\.pb"):
        Model.load(tmp_path)
    (tmp_path / "model.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelFileError, match="cannot be read"):
        Model.load(tmp_path)
