"""What the optimizer reaches on ratings from a known low-rank model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import roc_auc_score

from local_aws.images.factorization_machines.hyperparameters import parse
from local_aws.images.factorization_machines.model import Model
from local_aws.images.factorization_machines.trainer import Trainer
from recordio import Records

from .conftest import Ratings, ratings


def matrix(records: Records) -> Any:
    arrays = records.values, records.keys, records.indptr
    return csr_array(arrays, shape=(len(records), records.dim))


def fit(data: Ratings, predictor: str, *, seed: int = 0, **given: float) -> Model:
    hyperparameters = {
        "feature_dim": data.dim,
        "num_factors": 8,
        "predictor_type": predictor,
        "epochs": 20,
        "mini_batch_size": 250,
        "bias_lr": 0.003,
        "linear_lr": 0.003,
        "factors_lr": 0.01,
        "factors_init_sigma": 0.05,
        **given,
    }
    parsed = parse({name: str(value) for name, value in hyperparameters.items()})
    trainer = Trainer(parsed, seed)
    rows, labels = matrix(data.train), data.train.labels
    assert labels is not None
    for _ in range(parsed.epochs):
        trainer.fit(rows, labels)
    return trainer.model


@pytest.fixture(scope="module")
def likes() -> Ratings:
    return ratings(classifier=True)


def auc(model: Model, data: Ratings) -> float:
    return float(roc_auc_score(data.test.labels, model.scores(matrix(data.test))))


def test_a_classifier_finds_the_interactions(likes: Ratings) -> None:
    model = fit(likes, "binary_classifier")
    scores = model.scores(matrix(likes.test))
    assert auc(model, likes) > 0.85
    assert ((scores > 0.5) == likes.test.labels).mean() > 0.77
    assert ((scores >= 0) & (scores <= 1)).all()


def test_without_factors_nothing_is_found(likes: Ratings) -> None:
    frozen = fit(likes, "binary_classifier", factors_lr=0, factors_init_sigma=0)
    assert auc(frozen, likes) < 0.6


def test_a_regressor_comes_near_the_noise() -> None:
    data = ratings(classifier=False)
    labels = data.test.labels
    assert labels is not None
    errors = fit(data, "regressor").scores(matrix(data.test)) - labels
    assert np.sqrt((errors**2).mean()) < 0.25


def test_the_default_rates_learn_too_if_slowly(likes: Ratings) -> None:
    model = fit(
        likes,
        "binary_classifier",
        epochs=60,
        bias_lr=0.1,
        linear_lr=0.001,
        factors_lr=0.0001,
        factors_init_sigma=0.001,
    )
    assert auc(model, likes) > 0.63


def test_the_same_seed_gives_the_same_model(likes: Ratings) -> None:
    first, second = (fit(likes, "binary_classifier", epochs=2) for _ in range(2))
    other = fit(likes, "binary_classifier", epochs=2, seed=1)
    assert np.array_equal(first.factors, second.factors)
    assert not np.array_equal(first.factors, other.factors)


def test_weight_decay_shrinks_the_factors(likes: Ratings) -> None:
    free = fit(likes, "binary_classifier", epochs=5, factors_wd=0)
    held = fit(likes, "binary_classifier", epochs=5, factors_wd=1)
    assert np.linalg.norm(held.factors) < np.linalg.norm(free.factors)


def test_a_clipped_gradient_still_learns(likes: Ratings) -> None:
    clipped = fit(likes, "binary_classifier", clip_gradient=0.1, rescale_grad=0.005, eps=1e-6)
    assert auc(clipped, likes) > 0.8


@pytest.mark.parametrize(
    ("method", "value", "low", "high"),
    [("constant", "init_value", 0.25, 0.25), ("uniform", "init_scale", -0.25, 0.25)],
)
def test_initial_values(method: str, value: str, low: float, high: float) -> None:
    given = parse(
        {
            "feature_dim": "1000",
            "num_factors": "8",
            "predictor_type": "regressor",
            "factors_init_method": method,
            f"factors_{value}": "0.25",
        }
    )
    factors = Model.initial(given, np.random.default_rng(0)).factors
    assert (factors >= low).all()
    assert (factors <= high).all()


def test_the_score_is_the_models_equation() -> None:
    random = np.random.default_rng(0)
    bias, linear, factors = (random.normal(size=shape).astype(np.float32) for shape in (1, 5, (5, 3)))
    x = np.array([[0.5, 0, -1, 2, 0]], np.float32)
    pairs = sum(factors[i] @ factors[j] * x[0, i] * x[0, j] for i in range(5) for j in range(i + 1, 5))
    expected = bias[0] + linear @ x[0] + pairs
    assert Model(bias, linear, factors, False).scores(csr_array(x)) == pytest.approx(expected, rel=1e-5)
