"""What the approval itself says: short enough for AWS, and loud where something is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlops.approval.wording import CHANGES_LENGTH, SUMMARY_LENGTH, changes, summary
from mlops.plans.change import Action, ResourceChange
from mlops.plans.stack_plan import StackPlan, read_plan
from tests.approval.conftest import PLANS, Desk


def recorded(change: str) -> StackPlan:
    return read_plan("stack", (PLANS / f"{change}.json").read_text())


def destroying(buckets: int, name: str = "bucket") -> StackPlan:
    gone = [
        ResourceChange(f"aws_s3_bucket.b{index}", "aws_s3_bucket", f"{name}-{index}", Action.DESTROYED)
        for index in range(buckets)
    ]
    return StackPlan("movielens-prod", tuple(gone))


def test_a_usual_release_is_told_in_a_line(successor: Desk) -> None:
    evidence = successor.evidence()
    assert summary(evidence.plan.stack) == "2 REPLACED, 1 changed; nothing is lost for good"
    assert changes(evidence) == (
        "commit aa86d3ed0048..9e001896609e; num_factors 64 → 32; the same data, image, container variables"
    )


def test_a_plan_that_changes_nothing_says_so() -> None:
    assert summary(StackPlan("movielens-prod", ())) == "nothing changes"
    assert summary(StackPlan("movielens-prod", (), outputs=("release-id",))) == "only outputs change"


def test_what_is_lost_is_named_and_counted() -> None:
    said = summary(destroying(1))
    assert said == (
        "1 DESTROYED; 1 LOST FOR GOOD: movielens-prod destroys aws_s3_bucket bucket-0, which loses its "
        "objects, with every version of them"
    )


@pytest.mark.parametrize("buckets", [2, 3, 40, 1000])
@pytest.mark.parametrize(
    "name", ["b", "a-bucket-with-a-name-of-sixty-three-characters-is-as-long-as-it-gets"]
)
def test_losses_that_do_not_fit_are_counted_in_what_does(buckets: int, name: str) -> None:
    said = summary(destroying(buckets, name))
    assert len(said) <= SUMMARY_LENGTH
    assert said.startswith(f"{buckets} DESTROYED; {buckets} LOST FOR GOOD: ")
    told = said.count("destroys")
    assert told == buckets or said.endswith(f"{buckets - told} more on the page")


def test_a_single_loss_with_a_name_beyond_all_measure_is_still_counted() -> None:
    said = summary(destroying(1, "x" * 400))
    assert said == "1 DESTROYED; 1 LOST FOR GOOD: all of it on the page"


def test_wider_rights_are_loud() -> None:
    assert "somebody MAY DO MORE than before, some of it sweeping" in summary(recorded("widening"))


def test_a_first_release_says_so(desk: Desk) -> None:
    assert changes(desk.evidence()) == "everything: the first release, commit 9e001896609e"


def test_a_release_that_the_ledger_has_no_manifest_of_cannot_be_compared(desk: Desk) -> None:
    desk.serve("first")
    assert changes(desk.evidence()) == "unknown, the ledger has no manifest of it; commit 9e001896609e"


def test_more_changes_than_fit_are_counted(successor: Desk, tmp_path: Path) -> None:
    file = tmp_path / "TrainOutput" / "release.json"
    manifest = json.loads(file.read_text())
    manifest["training"]["hyperparameters"] |= {f"hyperparameter_{index}": "1" for index in range(30)}
    file.write_text(json.dumps(manifest))
    said = changes(successor.evidence())
    assert len(said) <= CHANGES_LENGTH
    told = said.count("hyperparameter_")
    # Thirty new ones, num_factors, and what is the same.
    assert told > 0
    assert said.endswith(f"{32 - told} more on the page")
