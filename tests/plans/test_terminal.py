"""The review at the terminal, and the remedies of errors."""

from __future__ import annotations

import pytest
from rich.console import Console

from mlops.plans import FailedPlan, Review
from mlops.plans.remedies import remedy_for
from mlops.plans.terminal import show
from tests.plans.recorded import recorded, reviewed


def shown(review: Review, *, full: bool = False) -> str:
    console = Console(width=80, highlight=False)
    with console.capture() as capture:
        show(review, console, full=full)
    return capture.get()


def test_changes_losses_rights_and_what_they_come_to_are_shown() -> None:
    text = shown(reviewed("replacement", "destruction", "widening", "none"))
    assert "production_variants[0].instance_type: ml.m5.large → ml.m5.xlarge  # forces replacement\n" in text
    assert "LOSS  destruction destroys aws_s3_bucket reviewed-data, which loses its objects" in text
    assert "+ Allow kms:* on (known after apply)   <-- SWEEPING" in text
    assert "No changes: none" in text
    assert text.rstrip().splitlines()[-1].startswith("1 destroyed, 1 replaced, 1 changed, 2 added.")


def test_terraforms_own_plan_is_shown_when_asked_for() -> None:
    assert "Plan: 3 to add" not in shown(reviewed("additions"))
    assert "Plan: 3 to add" in shown(reviewed("additions"), full=True)


def test_markup_in_an_error_is_text() -> None:
    failed = FailedPlan("movielens-qa", "Error: [bold]no such[/nothing] bucket", "Make it.")
    assert "Error: [bold]no such[/nothing] bucket" in shown(Review((recorded("none"),), (failed,)))


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ('Error: Failed to get existing workspaces: S3 bucket "b" does not exist.', "cdktf deploy bootstrap"),
        ("Error: No valid credential sources found", "aws sso login"),
        ("Error: AWS account ID not allowed: 111111111111", "aws.account_id"),
        (
            "reading IAM Role: StatusCode: 403, AccessDenied: not authorized to perform iam:GetRole",
            "plan_access.py",
        ),
        ("Error: Failed to query available\nprovider packages", "MLOPS_TERRAFORM_MIRROR"),
        (
            "u.data is not there yet. Run: python -m examples.movielens.fetch_data",
            "examples.<name>.fetch_data",
        ),
        ("dial tcp 127.0.0.1:1: connect: connection refused", "AWS_ENDPOINT_URL"),
        ("Error: Unsupported argument", "Fix what the error names"),
    ],
)
def test_an_error_has_its_remedy(error: str, remedy: str) -> None:
    assert remedy in remedy_for(error)
