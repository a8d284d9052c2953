"""The gate's command against an endpoint that is sound, unsound or not there."""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np
import polars as pl
import pytest


def failed(report: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["reason"] for check in report["checks"] if check["outcome"] == "fail"}


def test_a_good_model_passes_every_check(build: Any) -> None:
    code, report = build.run()
    assert code == 0
    assert report["verdict"] == "passed"
    judged = [check for check in report["checks"] if check["name"] != "AUC - champion"]
    assert {check["outcome"] for check in judged} == {"pass"}
    assert report["rows"] == 2100
    assert report["clusters"] == 210


def test_the_report_says_what_was_judged_and_where(build: Any) -> None:
    _, report = build.run()
    assert report["release"]["release_id"] == "release-1"
    assert report["release"]["commit"] == "c" * 40
    assert len(report["release"]["data"]["sha256"]) == 64
    assert report["endpoint"]["config"] == "config-1"
    assert report["endpoint"]["models"] == [build.sagemaker.model]
    assert set(report["latency_ms"]) == {"p50", "p90", "p99"}
    assert sum(report["scores"]["score of liked"]["counts"]) == 2100
    auc = report["metrics"]["auc"]
    baseline = auc["baseline"]
    assert auc["model"]["low"] < auc["model"]["value"] < auc["model"]["high"]
    assert baseline["difference"]["value"] == pytest.approx(
        auc["model"]["value"] - baseline["figure"]["value"]
    )


def test_the_summary_of_a_pass_is_one_short_line_of_figures(build: Any) -> None:
    _, report = build.run()
    assert report["summary"].startswith("PASSED: accuracy 0.")
    assert "≥ 0.69" in report["summary"]
    assert len(report["summary"]) <= 300
    assert (build.root / "gate-report" / "summary.txt").read_text() == report["summary"] + "\n"


def test_every_held_out_row_is_asked_once_before_the_other_checks(build: Any) -> None:
    build.run()
    asked = [
        tuple(instance["data"]["features"]["keys"])
        for body in build.sagemaker.requests[:5]
        for instance in json.loads(body)["instances"]
    ]
    assert sorted(asked) == sorted(map(tuple, build.rows["keys"].to_list()))


def test_a_model_of_shuffled_labels_is_blocked_with_value_interval_threshold_and_consequence(
    build: Any,
) -> None:
    scores = build.sagemaker.answer.scores
    shuffled = np.random.default_rng(0).permutation(list(scores.values()))
    scores.update(zip(scores, shuffled.tolist(), strict=True))
    code, report = build.run()
    assert code == 1
    assert report["verdict"] == "blocked"
    auc = report["metrics"]["auc"]["model"]
    expected = (
        f"{auc['value']:.3f} [{auc['low']:.3f}, {auc['high']:.3f}] misses the threshold ≥ 0.75"
        f" (judged: {auc['low']:.4f}, the 95% interval's lower bound)"
    )
    assert failed(report)["AUC"] == expected
    assert {"accuracy", "AUC", "log-loss", "AUC - baseline"} <= failed(report).keys()
    assert report["summary"].startswith("BLOCKED: accuracy 0.")
    assert f"AUC {auc['value']:.3f} [{auc['low']:.3f}, {auc['high']:.3f}] misses ≥ 0.75" in report["summary"]
    assert "AUC - baseline" in report["summary"]
    assert not report["summary"].endswith("…")
    assert "The pipeline stops here; PROD is not changed." in build.printed


def test_a_blocked_release_is_a_failure_in_the_junit_report(build: Any) -> None:
    build.replace("endpoint_tests/movielens/gate.toml", "auc.at_least = 0.75", "auc.at_least = 0.99")
    code, _ = build.run()
    suite = Xml.parse(build.root / "gate-report" / "junit.xml").getroot()[0]  # noqa: S314
    assert code == 1
    assert suite.get("failures") == "1"
    failure = suite.find("testcase[@name='AUC']/failure")
    assert failure is not None
    assert "misses the threshold ≥ 0.99" in failure.get("message", "")
    assert failure.text == "The pipeline stops here; PROD is not changed."


def test_a_model_no_better_than_the_baseline_is_blocked_by_the_paired_difference(build: Any) -> None:
    build.hold_out(build.rows.with_columns(baseline_score=pl.col("truth")))
    code, report = build.run()
    assert code == 0, "an equal model has a difference of exactly 0"
    random = np.random.default_rng(1)
    scores = build.sagemaker.answer.scores
    noisy = {
        keys: float(np.clip(score + random.normal() * 0.03, 0.001, 0.999)) for keys, score in scores.items()
    }
    scores.update(noisy)
    code, report = build.run()
    assert code == 1
    assert list(failed(report)) == ["AUC - baseline"]


def test_a_failing_prod_gate_says_that_prod_may_serve_the_release(
    build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_ENVIRONMENT", "prod")
    code, report = build.run()
    assert code == 1, "the fake's model is the one of QA"
    assert "PROD may serve this release all the same" in report["consequence"]


def test_an_endpoint_that_serves_another_release_is_not_judged_on_its_figures(build: Any) -> None:
    build.sagemaker.model = "mlops-movielens-qa-of-yesterday"
    code, report = build.run()
    assert code == 1
    assert "serves mlops-movielens-qa-of-yesterday" in failed(report)["release deployed"]
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    assert outcomes["accuracy"] == outcomes["latency p99"] == "not applicable"
    assert build.sagemaker.requests == []


def test_an_endpoint_out_of_service_is_blocked_with_its_status(build: Any) -> None:
    build.sagemaker.status = "RollingBack"
    code, report = build.run()
    assert code == 1
    assert failed(report)["endpoint in service"] == f"{build.sagemaker.name} is RollingBack"


def test_a_missing_endpoint_cannot_be_judged(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT_NAME", "nobody")
    code, report = build.run()
    assert code == 2
    assert report["verdict"] == "not judged"
    assert "'nobody'" in report["problems"][0]
    assert "Deploy the endpoint's stack first" in report["problems"][0]
    suite = Xml.parse(build.root / "gate-report" / "junit.xml").getroot()[0]  # noqa: S314
    assert suite.get("errors") == "1"


class Faulty:
    """Answers as the model does until the fault begins."""

    def __init__(self, sound: Any, fault: Any, first: int = 2) -> None:
        self.sound, self.fault, self.left = sound, fault, first
        self._lock = threading.Lock()

    def __call__(self, body: bytes, content_type: str) -> bytes:
        with self._lock:
            self.left -= 1
            sound = self.left >= 0
        reply: bytes = self.sound(body, content_type) if sound else self.fault(body, content_type)
        return reply


def test_an_endpoint_that_fails_half_way_is_blocked_and_asked_no_further(build: Any) -> None:
    build.replace("endpoint_tests/movielens/gate.toml", "rows_per_request = 500", "rows_per_request = 10")
    build.sagemaker.answer = Faulty(build.sagemaker.answer, lambda *_: build.refuse(500), first=20)
    code, report = build.run()
    assert code == 1
    reason = failed(report)["every row answered"]
    assert "ModelError (500)" in reason
    assert reason.startswith("rows ")
    assert len(build.sagemaker.requests) < 60, "210 batches would have been sent"
    assert report["metrics"] == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda reply: {"predictions": reply["predictions"][:-1]}, "499 predictions for 500 rows"),
        (
            lambda _: {"predictions": [{"score": float("nan"), "predicted_label": 0}] * 500},
            "a score of nan",
        ),
        (lambda _: {"predictions": [{"score": 1.5, "predicted_label": 1}] * 500}, "a score of 1.5"),
        (lambda _: {"predictions": [{"score": 0.9, "predicted_label": 0}] * 500}, "contradicts"),
        (lambda _: {"outputs": []}, "the reply is not the algorithm's"),
        (lambda _: ["?"], "the reply is not the algorithm's"),
    ],
)
def test_a_wrong_reply_blocks(build: Any, change: Any, message: str) -> None:
    sound = build.sagemaker.answer

    def wrong(body: bytes, content_type: str) -> bytes:
        return json.dumps(change(json.loads(sound(body, content_type)))).encode()

    build.sagemaker.answer = wrong
    code, report = build.run()
    assert code == 1
    assert message in failed(report)["every row answered"]


def test_throttled_requests_are_sent_again(build: Any) -> None:
    build.sagemaker.throttles = 1
    code, _ = build.run()
    assert code == 0


def test_an_endpoint_that_keeps_throttling_is_blocked_not_taken_for_a_refusal(build: Any) -> None:
    build.sagemaker.throttles = 1000
    code, report = build.run()
    assert code == 1
    assert "ThrottlingException" in failed(report)["every row answered"]


def test_an_endpoint_that_never_answers_in_time_is_blocked(build: Any) -> None:
    build.replace(
        "endpoint_tests/movielens/gate.toml",
        "timeout_seconds = 10\nattempts = 2",
        "timeout_seconds = 0.1\nattempts = 1",
    )
    stop = threading.Event()

    def silent(*_: object) -> bytes:
        stop.wait(30)
        return b""

    build.sagemaker.answer = silent
    code, report = build.run()
    stop.set()
    assert code == 1
    assert "timeout" in failed(report)["every row answered"].lower()


def test_an_endpoint_above_its_latency_limit_is_blocked(build: Any) -> None:
    build.replace("endpoint_tests/movielens/gate.toml", "p50_ms = 250", "p50_ms = 5")
    sound = build.sagemaker.answer

    def slow(body: bytes, content_type: str) -> bytes:
        time.sleep(0.006)
        reply: bytes = sound(body, content_type)
        return reply

    build.sagemaker.answer = slow
    code, report = build.run()
    assert code == 1
    assert "is above the limit 5 ms" in failed(report)["latency p50"]


def test_an_endpoint_that_predicts_from_malformed_requests_is_blocked(build: Any) -> None:
    sound = build.sagemaker.answer

    def credulous(body: bytes, content_type: str) -> bytes:
        try:
            reply: bytes = sound(body, content_type)
        except Exception:  # noqa: BLE001
            return b'{"predictions": [{"score": 0.5, "predicted_label": 0}]}'
        return reply

    build.sagemaker.answer = credulous
    code, report = build.run()
    assert code == 1
    assert all(name.startswith("malformed: ") for name in failed(report))
    assert len(failed(report)) == 8
    assert "answered in place of a refusal" in failed(report)["malformed: key out of range"]


def test_an_endpoint_that_a_malformed_request_breaks_is_blocked(build: Any) -> None:
    sound = build.sagemaker.answer
    broken = threading.Event()

    def fragile(body: bytes, content_type: str) -> bytes:
        if content_type == "image/png":
            broken.set()
        reply: bytes = sound(body if not broken.is_set() else b"", content_type)
        return reply

    build.sagemaker.answer = fragile
    code, report = build.run()
    assert code == 1
    assert "no answer after the malformed requests" in failed(report)["answers as before"]


def test_too_few_rows_are_not_judged_and_the_message_says_how_many_it_needs(build: Any) -> None:
    build.hold_out(build.rows.head(500))
    code, report = build.run()
    assert code == 2
    assert any("given 500; allowed: at least 2000 rows" in problem for problem in report["problems"])
    assert build.sagemaker.requests == []


def test_rows_of_another_training_are_refused(build: Any) -> None:
    build.rows.head(2050).write_parquet(build.training_output / "held_out.parquet")
    code, report = build.run()
    assert code == 2
    assert "the 2100 rows that release.json counts" in report["problems"][0]


def test_everything_wrong_with_the_input_is_told_at_once(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENDPOINT_NAME")
    monkeypatch.setenv("MLOPS_ENVIRONMENT", "staging")
    build.replace("endpoint_tests/movielens/gate.toml", "confidence = 0.95", "confidence = 95")
    build.replace("mlops.toml", 'region = "eu-west-1"', 'region = "Ireland"')
    code, report = build.run()
    told = "\n".join(report["problems"])
    assert code == 2
    for part in ("ENDPOINT_NAME: given nothing", "given staging; allowed: qa or prod", "given 95", "Ireland"):
        assert part in told
    assert report["summary"].startswith("NOT JUDGED: ")
    assert len(report["summary"]) <= 300


@pytest.mark.parametrize("name", ["release.json", "held_out.parquet"])
def test_a_missing_or_broken_file_of_training_is_named(build: Any, name: str) -> None:
    (build.training_output / name).write_text("{")
    code, report = build.run()
    assert code == 2
    assert report["problems"][0].startswith(f"{name}: (file)")
    (build.training_output / name).unlink()
    code, report = build.run()
    assert code == 2
    assert name in report["problems"][0]


def test_a_release_of_another_example_is_refused(build: Any) -> None:
    build.replace("TrainOutput/release.json", '"example": "movielens"', '"example": "iris"')
    code, report = build.run()
    assert code == 2
    assert "given iris; allowed: movielens" in report["problems"][0]


def test_without_credentials_the_endpoint_cannot_be_asked(
    build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, report = build.run()
    assert code == 2
    assert "Unable to locate credentials" in report["problems"][0]


def test_a_report_folder_that_cannot_be_made_is_told_without_a_traceback(
    build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (build.root / "taken").write_text("")
    monkeypatch.setattr("sys.argv", ["gate", "--output", str(build.root / "taken")])
    (build.root / "gate-report").mkdir()
    (build.root / "gate-report" / "gate.json").write_text("{}")
    code, _ = build.run()
    assert code == 2


def know(build: Any, label: int) -> None:
    """Let the gate file know the first row, as of the class ``label``."""
    path = build.root / "endpoint_tests/movielens/gate.toml"
    row = f'[[known]]\nname = "the first"\nrow.keys = {build.rows["keys"].to_list()[0]}\nlabel = {label}\n'
    path.write_text(f"{path.read_text()}\n{row}")


@pytest.mark.parametrize("right", [True, False])
def test_a_known_row_must_be_taken_for_what_it_is(build: Any, right: bool) -> None:
    taken = int(build.rows["truth"][0] >= 0.5)
    know(build, taken if right else 1 - taken)
    code, report = build.run()
    assert code == (0 if right else 1)
    (check,) = [check for check in report["checks"] if check["name"] == "known: the first"]
    assert check["reason"].startswith(f"taken for {['not liked', 'liked'][taken]}")


def test_the_report_counts_the_rows_of_each_class_by_what_they_were_taken_for(build: Any) -> None:
    _, report = build.run()
    assert report["confusion"]["classes"] == ["not liked", "liked"]
    counts = np.array(report["confusion"]["counts"])
    assert counts.sum() == 2100
    assert counts.trace() / 2100 == pytest.approx(report["metrics"]["accuracy"]["model"]["value"])
    assert "taken for liked" in build.printed
