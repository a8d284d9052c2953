"""The baseline against scikit-learn's logistic regression."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

from training.movielens import baseline

USERS, ITEMS, ROWS = 30, 50, 2000


@pytest.mark.parametrize("penalty", [0.1, 1.0, 20.0])
@pytest.mark.parametrize("chunk", [300, 1 << 20])
def test_it_is_scikit_learns_logistic_regression(
    penalty: float, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline, "_CHUNK", chunk)
    rng = np.random.default_rng(0)
    users, items = (rng.integers(0, size, ROWS).astype(np.uint32) for size in (USERS, ITEMS))
    chances = 1 / (1 + np.exp(-(0.7 + rng.normal(size=USERS)[users] + rng.normal(size=ITEMS)[items])))
    labels = (rng.random(ROWS) < chances).astype(np.uint8)
    keys = np.stack([users, USERS + items], axis=1).ravel()
    matrix = csr_matrix((np.ones(2 * ROWS), keys, np.arange(ROWS + 1) * 2), shape=(ROWS, USERS + ITEMS))
    theirs = LogisticRegression(C=1 / penalty, tol=1e-8, max_iter=1000).fit(matrix, labels)
    scores = baseline.fit(users, items, labels, (USERS, ITEMS), penalty).scores(users, items)
    np.testing.assert_allclose(scores, theirs.predict_proba(matrix)[:, 1], atol=1e-3)


def test_users_and_items_that_never_trained_get_the_overall_chance() -> None:
    fitted = baseline.fit(*(np.array([0, 1, 0, 1], np.uint32),) * 2, np.array([1, 0, 0, 1], np.uint8), (3, 3))
    assert fitted.scores(np.array([2], np.uint32), np.array([2], np.uint32)) == pytest.approx(0.5)


def test_metrics_are_accuracy_and_log_loss() -> None:
    labels, scores = np.array([1, 0, 1, 0], np.uint8), np.array([0.9, 0.2, 0.4, 0.7])
    found = baseline.metrics(labels, scores)
    assert found["accuracy"] == accuracy_score(labels, scores > 0.5)
    assert found["log_loss"] == pytest.approx(log_loss(labels, scores))
