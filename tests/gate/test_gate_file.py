"""A gate file is refused whole, with every problem of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlops.gate.gate_file import GateFile, load_gate_file
from mlops.spec import InvalidInputError

SHIPPED = Path(__file__).parents[2] / "endpoint_tests" / "movielens" / "gate.toml"


def problems(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    text = SHIPPED.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "gate.toml"
    path.write_text(text)
    with pytest.raises(InvalidInputError) as refused:
        load_gate_file(path)
    return [str(problem) for problem in refused.value.problems]


def test_every_problem_is_told_with_field_value_allowed_and_remedy(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        ("confidence = 0.95", "confidence = 95"),
        ("p99_ms = 1000", "p99_ms = -1"),
        ("connections = 4", "conections = 4"),
    )
    assert len(told) == 3
    assert "evaluation.confidence: given 95; allowed:" in told[0]
    assert "a confidence level from 0.5 to 0.999" in told[0]
    assert "Correct evaluation.confidence." in told[0]
    assert "latency.p99_ms: given -1" in told[1]
    assert "invocation.conections" in told[2]


def test_the_numbers_of_a_known_row_are_sent_as_they_are_written() -> None:
    known = load_gate_file(SHIPPED.parents[1] / "iris" / "gate.toml").known
    assert json.dumps(known[0].row) == '{"features": [5.1, 3.5, 1.4, 0.2]}'


def test_a_threshold_has_one_side(tmp_path: Path) -> None:
    both = ("auc.at_least = 0.75", "auc.at_least = 0.75\nauc.at_most = 1")
    assert "exactly one of at_least and at_most" in problems(tmp_path, both)[0]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("auc.at_least = 0.75", "auc.at_most = 0.75"), ("log_loss.at_most", "log_loss.at_least")],
)
def test_a_threshold_on_the_metrics_wrong_side_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    assert "is better" in problems(tmp_path, (right, wrong))[0]


def test_a_metric_that_the_gate_does_not_know_is_named_with_those_it_does(tmp_path: Path) -> None:
    told = problems(tmp_path, ("accuracy.at_least", "acuracy.at_least"))
    assert "thresholds.acuracy" in told[0]
    assert "accuracy, auc, log_loss" in told[0]


def test_a_gate_without_any_threshold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    head, tail = SHIPPED.read_text().split("[thresholds]")
    path.write_text(f"{head}[thresholds]\n[baseline]{tail.split('[baseline]')[1]}")
    with pytest.raises(InvalidInputError, match=r"at least one threshold under \[thresholds\]"):
        load_gate_file(path)


def test_percentile_limits_must_not_fall(tmp_path: Path) -> None:
    assert "p50_ms ≤ p90_ms ≤ p99_ms" in problems(tmp_path, ("p50_ms = 250", "p50_ms = 600"))[0]


def test_a_threshold_of_zero_is_a_threshold() -> None:
    assert load_gate_file(SHIPPED).baseline.given["auc"].limit == 0


def test_every_section_is_documented() -> None:
    page = (SHIPPED.parents[2] / "docs" / "gates.md").read_text()
    assert [name for name in GateFile.model_fields if f"`{name}" not in page] == []
