"""What a decision is made by, from real artifacts and a ledger."""

from __future__ import annotations

import json
from pathlib import Path

from mlops.approval.difference import Difference
from tests.approval.conftest import START, Desk, release_id

FORMATS = Path(__file__).parents[1] / "fixtures"


def test_a_release_is_compared_with_the_one_that_prod_serves(successor: Desk) -> None:
    evidence = successor.evidence()
    assert evidence.before is not None
    assert evidence.before.serving.release_id == release_id("first")
    found = evidence.differences
    assert found is not None
    assert found.differing == (Difference("num_factors", "64", "32"),)
    assert found.same == ("data", "image", "container variables")


def test_every_kind_of_difference_is_told(successor: Desk, tmp_path: Path) -> None:
    file = tmp_path / "TrainOutput" / "release.json"
    manifest = json.loads(file.read_text())
    manifest["data"] |= {"sha256": "0" * 64, "rows": 95_000, "train_rows": 86_000, "held_out_rows": 9_000}
    manifest["data"]["facts"] = {"feature_dim": 2500}
    manifest["model"] |= {"image": "registry/factorization-machines:2", "environment": {"THREADS": "4"}}
    file.write_text(json.dumps(manifest))
    found = successor.evidence().differences
    assert found is not None
    assert found.same == ()
    told = [str(difference) for difference in found.differing]
    assert told[:2] == ["rows trained on 90,570 → 86,000", "rows held out 9,430 → 9,000"]
    assert told[2].endswith(" → 000000000000")
    assert told[3:5] == ["feature_dim 2625 → 2500", "num_factors 64 → 32"]
    assert told[5].endswith("factorization-machines:1 → registry/factorization-machines:2")
    assert told[6:] == ["THREADS (none) → 4"]


def test_a_manifest_of_the_version_before_is_compared_as_far_as_it_says(successor: Desk) -> None:
    """It has the facts of the data among the hyperparameters, and not how many rows were trained on."""
    recorded = (FORMATS / "release/v1/manifest.json").read_bytes()
    entry = successor.ledger.entries("train")[0]
    successor.ledger.record(entry, {"release.json": recorded})
    found = successor.evidence().differences
    assert found is not None
    assert found.differing == (Difference("num_factors", "64", "32"),)
    assert found.same == ("data", "image", "container variables")


def test_metrics_stand_beside_prods_on_the_same_rows_and_at_its_own_test(successor: Desk) -> None:
    (auc,) = [row for row in successor.evidence().comparisons if row.name == "auc"]
    assert str(auc.release) == "0.775 [0.764, 0.786]"
    assert str(auc.champion) == "0.776 [0.765, 0.787]"
    assert str(auc.difference) == "-0.001 [-0.003, 0.000]"
    assert str(auc.before) == "0.776 [0.765, 0.787]"


def test_links_lead_to_the_entries_of_both_releases(successor: Desk) -> None:
    first, second = release_id("first"), release_id("second")
    assert successor.evidence().links == {
        "The full plan": f"https://console/prod-plan/20260102T030400.000000Z-{second}/plan.txt",
        "QA's report": f"https://console/qa-test/20260102T030300.000000Z-{second}/gate.html",
        "The release's manifest": f"https://console/train/20260102T030200.000000Z-{second}/release.json",
        "PROD's report of what it serves": f"https://console/prod-test/20260102T030100.000000Z-{first}/gate.html",
        "The manifest of what PROD serves": f"https://console/train/20260102T030000.000000Z-{first}/release.json",
    }


def test_a_first_release_has_nothing_before_it(desk: Desk) -> None:
    evidence = desk.evidence()
    assert (evidence.before, evidence.differences, dict(evidence.links)) == (None, None, {})
    assert {row.before for row in evidence.comparisons} == {None}


def test_after_the_way_back_the_release_before_is_compared_with(successor: Desk) -> None:
    """A newer release was in PROD, and the first was brought back."""
    successor.serve("first")
    before = successor.evidence().before
    assert before is not None
    assert (before.serving.release_id, before.serving.since) == (release_id("first"), START.replace(minute=1))


def test_a_manifest_of_another_time_cannot_be_compared_and_stops_nothing(desk: Desk) -> None:
    desk.train("first")
    (entry,) = desk.ledger.entries("train")
    desk.ledger.record(entry, {"release.json": b'{"schema_version": 99}'})
    desk.serve("first")
    before = desk.evidence().before
    assert before is not None
    assert before.release is None
