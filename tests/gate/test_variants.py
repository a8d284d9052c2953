"""Several variants: one release on several fleets, each asked by name."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

GATE = "endpoint_tests/movielens/gate.toml"


@pytest.fixture
def two(build: Any) -> Any:
    """A build whose endpoint has the variants Small and Large, which answer alike until a test says else."""
    build.sagemaker.variants = {"Small": build.sagemaker.answer, "Large": build.sagemaker.answer}
    return build


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["outcome"] for check in report["checks"]}


def test_variants_that_answer_alike_pass_and_each_has_a_latency_of_its_own(two: Any) -> None:
    code, report = two.run()
    assert code == 0, two.printed
    found = outcomes(report)
    assert found["variant Large answers alike"] == "pass"
    assert {name for name in found if name.startswith("latency")} == {
        f"latency {percentile} of {variant}"
        for percentile in ("p50", "p90", "p99")
        for variant in ("Small", "Large")
    }
    assert set(report["latency_ms"]) == {
        f"{percentile} of {variant}" for percentile in ("p50", "p90", "p99") for variant in ("Small", "Large")
    }
    assert "latency p99 of Large" in report["summary"]
    assert report["endpoint"]["models"] == [two.sagemaker.model]


def test_a_variant_that_scores_otherwise_blocks_the_release(two: Any) -> None:
    sound = two.sagemaker.answer

    def shifted(body: bytes, content_type: str) -> bytes:
        reply = json.loads(sound(body, content_type))
        for prediction in reply["predictions"]:
            prediction["score"] = prediction["score"] * 0.99
            prediction["predicted_label"] = int(prediction["score"] > 0.5)
        return json.dumps(reply).encode()

    two.sagemaker.variants["Large"] = shifted
    code, report = two.run()
    assert code == 1
    (failed,) = [check for check in report["checks"] if check["outcome"] == "fail"]
    assert failed["name"] == "variant Large answers alike"
    assert "scores differ from the first variant's by up to 0.01" in failed["reason"]


def test_a_variant_that_does_not_answer_blocks_the_release(two: Any) -> None:
    two.sagemaker.variants["Large"] = lambda *_: two.refuse(500)
    code, report = two.run()
    assert code == 1
    assert outcomes(report)["variant Large answers alike"] == "fail"


def test_a_variant_that_is_too_slow_blocks_the_release(two: Any) -> None:
    sound = two.sagemaker.answer

    def slow(body: bytes, content_type: str) -> bytes:
        time.sleep(0.2)
        return bytes(sound(body, content_type))

    two.replace(GATE, "p50_ms = 250", "p50_ms = 150")
    two.sagemaker.variants["Large"] = slow
    code, report = two.run()
    assert code == 1
    assert outcomes(report)["latency p50 of Large"] == "fail"
