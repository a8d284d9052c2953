"""The release against what PROD serves: paired, on the same rows, no hurdle where there is nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

GATE = "endpoint_tests/movielens/gate.toml"
CHAMPION = "mlops-movielens-prod"


@pytest.fixture
def against(build: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A build that compares the release with PROD, where the same model serves until a test says else."""
    monkeypatch.setenv("CHAMPION_ENDPOINT", CHAMPION)
    build.sagemaker.others[CHAMPION] = build.sagemaker.answer
    return build


def noisy(build: Any, spread: float) -> Any:
    """The model with its scores pushed about: the larger the spread, the worse."""
    random = np.random.default_rng(3)
    model = type(build.sagemaker.answer)(dict(build.sagemaker.answer.scores))
    for keys, score in model.scores.items():
        model.scores[keys] = float(np.clip(score + random.normal() * spread, 0.001, 0.999))
    return model


def champion_checks(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in report["checks"] if check["name"].endswith("- champion")}


def test_an_equal_model_is_not_worse_than_the_champion(against: Any) -> None:
    code, report = against.run()
    assert code == 0
    assert report["metrics"]["auc"]["champion"]["difference"] == {"value": 0, "low": 0, "high": 0}
    assert {check["outcome"] for check in champion_checks(report).values()} == {"pass"}


def test_a_better_model_passes_with_the_interval_of_its_lead(against: Any) -> None:
    against.sagemaker.others[CHAMPION] = noisy(against, 0.2)
    code, report = against.run()
    assert code == 0
    lead = report["metrics"]["auc"]["champion"]["difference"]
    assert 0 < lead["low"] < lead["value"] < lead["high"]
    assert report["champion"] == {"endpoint": CHAMPION, "models": [against.sagemaker.model], "reason": ""}


def test_a_worse_model_is_blocked_though_it_keeps_every_absolute_threshold(against: Any) -> None:
    against.replace(GATE, "[baseline]\nauc.at_least = 0.0", "")
    against.sagemaker.answer = noisy(against, 0.12)
    code, report = against.run()
    assert code == 1
    failed = [check["name"] for check in report["checks"] if check["outcome"] == "fail"]
    assert failed == ["AUC - champion"]
    assert "misses the threshold ≥ -0.005" in champion_checks(report)["AUC - champion"]["reason"]
    assert report["summary"].startswith("BLOCKED: AUC - champion -0.")


def test_the_tolerance_is_the_gate_files(against: Any) -> None:
    against.replace(GATE, "[baseline]\nauc.at_least = 0.0", "")
    against.replace(GATE, "auc.at_least = -0.005", "auc.at_least = -0.2")
    against.sagemaker.answer = noisy(against, 0.12)
    assert against.run()[0] == 0


def test_a_first_release_is_compared_with_nothing_and_says_so(against: Any) -> None:
    del against.sagemaker.others[CHAMPION]
    code, report = against.run()
    assert code == 0
    check = champion_checks(report)["AUC - champion"]
    assert check["outcome"] == "not applicable"
    assert check["reason"] == f"{CHAMPION} does not exist: this is the first release"
    assert report["champion"]["reason"] == check["reason"]


def test_a_champion_that_refuses_the_rows_does_not_block_its_successor(against: Any) -> None:
    against.sagemaker.others[CHAMPION] = lambda *_: against.refuse(400)
    code, report = against.run()
    assert code == 0
    check = champion_checks(report)["AUC - champion"]
    assert check["outcome"] == "not applicable"
    assert check["reason"].startswith(
        f"{CHAMPION} does not answer these rows: rows 0 to 499: ModelError (400)"
    )


def test_without_a_champion_to_name_the_rule_is_not_applicable(build: Any) -> None:
    code, report = build.run()
    assert code == 0
    assert report["champion"] is None
    assert champion_checks(report)["AUC - champion"]["outcome"] == "not applicable"


def test_captured_data_can_tell_a_gates_requests_from_customers(build: Any) -> None:
    build.run()
    assert set(build.sagemaker.asked_by) == {"mlops-gate"}
