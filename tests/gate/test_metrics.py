"""The figures are scikit-learn's, and their intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sklearn_metrics

from mlops.gate.checks import judged
from mlops.gate.gate_file import Threshold
from mlops.gate.metrics import METRICS, MetricName, accuracy, auc, confusion, log_loss, metrics_of
from mlops.serving.arrays import Floats, Integers

Sample = tuple[Integers, Floats, Integers]

RUNS = 300


def probability(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-value)))


def sample(random: np.random.Generator, users: int, ratings: int, alike: float) -> Sample:
    """Labels, a model's scores and users; ``alike`` spreads how well the model knows each user."""
    user = np.repeat(np.arange(users), ratings)
    signal = random.normal(size=len(user))
    labels = (random.random(len(user)) < probability(1.2 * signal)).astype(np.int64)
    knows = 0.8 + alike * random.normal(size=users)[user]
    return labels, probability(knows * signal + 0.3 * random.normal(size=len(user))), user


def test_the_figures_are_scikit_learns() -> None:
    labels, scores, _ = sample(np.random.default_rng(0), 500, 1, 0)
    assert accuracy(labels, scores).value == sklearn_metrics.accuracy_score(labels, scores >= 0.5)
    assert auc(labels, scores).value == sklearn_metrics.roc_auc_score(labels, scores)
    assert log_loss(labels, scores).value == pytest.approx(sklearn_metrics.log_loss(labels, scores))


def test_the_aucs_error_agrees_with_a_stratified_bootstrap() -> None:
    random = np.random.default_rng(1)
    labels, scores, _ = sample(random, 400, 1, 0)
    groups = [np.flatnonzero(labels == label) for label in (0, 1)]
    again = []
    for _ in range(500):
        drawn = np.concatenate([random.choice(group, len(group)) for group in groups])
        ranks = stats.rankdata(scores[drawn])[labels[drawn] == 1]
        positives, negatives = len(groups[1]), len(groups[0])
        again.append((ranks.sum() - positives * (positives + 1) / 2) / (positives * negatives))
    interval = auc(labels, scores).interval(0.95)
    assert (interval.high - interval.low) / 3.92 == pytest.approx(np.std(again), rel=0.1)


def test_ties_count_half() -> None:
    labels = np.array([0, 1, 0, 1, 1, 0])
    estimate = auc(labels, np.full(6, 0.5))
    assert estimate.value == 0.5
    assert np.allclose(estimate.influence, 0)


@pytest.mark.parametrize(("users", "ratings", "alike"), [(300, 1, 0.0), (60, 10, 1.5)])
def test_95_percent_intervals_hold_the_truth_in_95_percent_of_runs(
    users: int, ratings: int, alike: float
) -> None:
    random = np.random.default_rng(2)
    labels, scores, _ = sample(random, 400_000 // ratings, ratings, alike)
    truth = {name: metric(labels, scores).value for name, metric in METRICS.items()}
    held: dict[MetricName, int] = dict.fromkeys(METRICS, 0)
    for _ in range(RUNS):
        labels, scores, user = sample(random, users, ratings, alike)
        for name, metric in METRICS.items():
            interval = metric(labels, scores).interval(0.95, user)
            held[name] += interval.low <= truth[name] <= interval.high
    for name, count in held.items():
        # Three standard errors of a share of 0.95, and a little for small samples.
        assert count / RUNS == pytest.approx(0.95, abs=0.045), name


def test_intervals_that_take_a_users_ratings_for_independent_are_too_narrow() -> None:
    random = np.random.default_rng(3)
    labels, scores, user = sample(random, 2000, 10, 1.5)
    losses = log_loss(labels, scores)
    alone, together = losses.interval(0.95), losses.interval(0.95, user)
    assert together.high - together.low > 1.1 * (alone.high - alone.low)


def test_the_paired_difference_of_equal_models_misses_zero_in_5_percent_of_runs() -> None:
    random = np.random.default_rng(4)
    missed = 0
    for _ in range(RUNS):
        signal = random.normal(size=400)
        labels = (random.random(400) < probability(1.2 * signal)).astype(np.int64)
        one, other = (probability(signal + 0.5 * random.normal(size=400)) for _ in range(2))
        interval = (auc(labels, one) - auc(labels, other)).interval(0.95)
        missed += not interval.low <= 0 <= interval.high
    assert missed / RUNS == pytest.approx(0.05, abs=0.04)


def test_pairing_tells_two_models_apart_that_their_own_intervals_do_not() -> None:
    random = np.random.default_rng(6)
    labels, scores, _ = sample(random, 3000, 1, 0)
    worse = np.clip(scores + 0.05 * random.normal(size=3000), 0.001, 0.999)
    good, bad = auc(labels, scores), auc(labels, worse)
    assert good.interval(0.95).low < bad.interval(0.95).high
    assert (good - bad).interval(0.95).low > 0


@pytest.mark.parametrize("name", ["accuracy", "auc"])
def test_a_perfect_model_still_has_an_interval(name: MetricName) -> None:
    labels = np.repeat([0, 1], 20)
    interval = METRICS[name](labels, labels * 0.8 + 0.1).interval(0.95)
    assert interval.value == interval.high == 1
    assert 0.8 < interval.low < 0.95


def test_a_score_of_exactly_0_or_1_leaves_the_log_loss_finite() -> None:
    labels = np.array([0, 1, 0, 1])
    assert np.isfinite(log_loss(labels, np.array([1.0, 0.0, 0.0, 1.0])).interval(0.95).high)


def test_accuracys_interval_is_wilsons_where_rows_are_independent() -> None:
    labels = np.ones(200, dtype=np.int64)
    labels[:60] = 0
    interval = accuracy(labels, np.full(200, 0.9)).interval(0.95)
    expected = stats.binomtest(140, 200).proportion_ci(0.95, method="wilson")
    assert interval.low == pytest.approx(expected.low, abs=1e-3)
    assert interval.high == pytest.approx(expected.high, abs=1e-3)


def test_the_figures_of_several_classes_are_scikit_learns() -> None:
    random = np.random.default_rng(8)
    labels = np.arange(300) % 3
    scores = random.dirichlet(np.ones(3), 300) * 0.5 + np.eye(3)[labels] * 0.5
    chosen = scores.argmax(axis=1)
    assert accuracy(labels, scores).value == sklearn_metrics.accuracy_score(labels, chosen)
    assert log_loss(labels, scores).value == pytest.approx(sklearn_metrics.log_loss(labels, scores))
    assert confusion(labels, scores, 3) == tuple(
        tuple(int(((labels == true) & (chosen == taken)).sum()) for taken in range(3)) for true in range(3)
    )


def test_the_auc_is_for_two_classes() -> None:
    assert set(metrics_of(2)) == {"accuracy", "auc", "log_loss"}
    assert set(metrics_of(3)) == {"accuracy", "log_loss"}


def test_rows_of_a_class_that_is_never_seen_count_as_none() -> None:
    assert confusion(np.array([0, 1]), np.array([0.2, 0.4]), 2) == ((1, 0), (1, 0))


def test_a_probability_of_exactly_0_leaves_the_log_loss_of_several_classes_finite() -> None:
    estimate = log_loss(np.array([0, 1, 2]), np.array([[0.0, 1, 0], [0, 1, 0], [0, 0, 1]]))
    assert np.isfinite(estimate.interval(0.95).high)


@pytest.mark.parametrize(("above", "passes"), [(0.0, 0.025), (1.0, 0.5)])
def test_a_model_at_its_threshold_passes_by_mistake_as_often_as_the_confidence_says(
    above: float, passes: float
) -> None:
    """``above``: how far the true figure lies above the threshold, in half-widths of an interval."""
    random = np.random.default_rng(11)
    labels, scores, _ = sample(random, 400_000, 1, 0)
    truth = auc(labels, scores).value
    whole = auc(*sample(random, 600, 1, 0)[:2]).interval(0.95)
    threshold = Threshold(at_least=truth - above * (whole.high - whole.low) / 2)
    passed = sum(
        judged("AUC", auc(*sample(random, 600, 1, 0)[:2]).interval(0.95), threshold, 0.95).outcome == "pass"
        for _ in range(RUNS)
    )
    # Three standard errors of either share, and a little for small samples.
    assert passed / RUNS == pytest.approx(passes, abs=0.035 if passes < 0.1 else 0.1)


def test_a_release_worse_by_the_tolerance_replaces_the_champion_as_seldom_as_the_confidence_says() -> None:
    random = np.random.default_rng(12)

    def pair(rows: int) -> tuple[Integers, Floats, Floats]:
        signal = random.normal(size=rows)
        labels = (random.random(rows) < probability(1.2 * signal)).astype(np.int64)
        return labels, probability(signal + 0.8 * random.normal(size=rows)), probability(signal)

    labels, worse, champion = pair(400_000)
    tolerance = Threshold(at_least=auc(labels, worse).value - auc(labels, champion).value)
    passed = 0
    for _ in range(RUNS):
        labels, worse, champion = pair(600)
        difference = (auc(labels, worse) - auc(labels, champion)).interval(0.95)
        passed += judged("AUC - champion", difference, tolerance, 0.95).outcome == "pass"
    assert passed / RUNS == pytest.approx(0.025, abs=0.035)
