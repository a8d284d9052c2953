"""The comment, as a reviewer reads it."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from mlops.plans import FailedPlan, Review
from mlops.plans.markdown import LIMIT, MARKER, render
from tests.plans.recorded import many, recorded, reviewed

FAILED = FailedPlan("movielens-qa", "Error: no such bucket\n```\n</details>", "Make the bucket.")


def html(comment: str) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(comment))


def test_no_change_is_said_in_one_line() -> None:
    comment = render(reviewed("none"))
    assert comment.startswith(MARKER)
    assert "**No changes in 1 stack.**" in comment
    assert "<details>" not in comment


def test_no_stack_to_plan_is_said() -> None:
    assert "**No stack's synthesized output changed.**" in render(Review(()))


def test_additions_are_listed_with_the_full_plan_folded() -> None:
    comment = render(reviewed("additions"))
    assert "**3 added.**" in comment
    assert "- `aws_sns_topic.added[0]` `reviewed-0`" in comment
    assert "<details><summary>Full plan</summary>" in comment
    assert 'resource "aws_sns_topic" "added"' in comment
    assert "[!CAUTION]" not in comment


def test_a_replaced_endpoint_configuration_says_why() -> None:
    comment = render(reviewed("replacement"))
    assert "| `replacement` | · | · | 1 | · | · |" in comment
    assert (
        "  - `production_variants[0].instance_type: ml.m5.large → ml.m5.xlarge # forces replacement`"
        in comment
    )


def test_a_destroyed_bucket_stands_at_the_top() -> None:
    comment = render(reviewed("additions", "destruction"))
    loss = "> - destruction destroys aws_s3_bucket reviewed-data, which loses its objects, with every"
    assert comment.index("> [!CAUTION]") < comment.index(loss) < comment.index("| stack |")


def test_a_widening_is_set_apart_with_the_rights_gained_and_lost() -> None:
    comment = render(reviewed("widening"))
    assert "> **Somebody may do more than before**, in `widening`. Some are sweeping" in comment
    assert "| widened, sweeping |" in comment
    assert "```diff\n+ Allow kms:* on (known after apply)   <-- SWEEPING\n" in comment
    assert "- Allow kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/old\n```" in comment


def test_a_failed_plan_has_its_words_and_the_remedy_beside_the_other_stacks() -> None:
    review = Review((recorded("additions"),), (FAILED,))
    comment = render(review)
    assert "**Could not plan movielens-qa. 3 added.**" in comment
    assert "### movielens-qa: the plan failed\n\n````text\nError: no such bucket" in comment
    assert "**What to do**: Make the bucket." in comment
    assert "### additions" in comment
    assert review.exit_code == 1


def test_text_from_elsewhere_cannot_end_its_quotation() -> None:
    page = html(render(Review((), (FAILED,))))
    assert "&lt;/details&gt;" in page
    assert "</details>" not in page


def test_secrets_are_not_shown() -> None:
    comment = render(reviewed("secret"))
    assert "`value: (sensitive value)`" in comment
    assert "correct-horse" not in comment
    assert "battery-staple" not in comment


def test_drift_says_what_was_done_without_terraform() -> None:
    comment = render(reviewed("drift"))
    assert "## Drift from what is deployed" in comment
    assert "**1 deleted outside Terraform, 2 changed outside Terraform.**" in comment
    assert "> - drift: aws_s3_bucket reviewed-data is gone" in comment
    assert "+ Allow * on *   <-- SWEEPING" in comment


def test_two_hundred_resources_stay_readable() -> None:
    comment = render(Review((many(200),)))
    assert len(comment) <= LIMIT
    assert "**200 added.**" in comment
    assert "<details><summary>added: 200 (200 aws_sns_topic)</summary>" in comment
    assert all(f"`aws_sns_topic.added[{index}]`" in comment for index in range(200))


def test_the_full_plan_is_cut_first_and_says_so() -> None:
    whole = render(Review((many(200),)), limit=10_000_000)
    cut = render(Review((many(200),)), limit=len(whole) - 1000)
    assert "<summary>Full plan</summary>" in whole
    assert "Full plan, cut to" in cut
    assert " more lines\n```" in cut
    assert cut.partition("Full plan")[0] == whole.partition("Full plan")[0]


@pytest.mark.parametrize("limit", [LIMIT, 20_000, 5_000, 2_000])
def test_no_comment_is_longer_than_its_limit_and_losses_are_kept(limit: int) -> None:
    plans = (recorded("destruction"), recorded("widening"), *(many(300) for _ in range(3)))
    comment = render(Review(plans, (FAILED,)), limit)
    assert len(comment) <= limit
    assert "destruction destroys aws_s3_bucket reviewed-data" in comment
