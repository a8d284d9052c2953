"""The page and the text that the approver reads: complete, self-contained, loud where it must be."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from mlops.approval.page import page, text
from tests.approval.conftest import PLANS, SHA256, Desk, release_id

COMPARE = "https://github.com/team/models/compare/old...new"


class Page(HTMLParser):
    """The words of a page, its headings, its links, and whatever it would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self._said = ""
        self.links: dict[str, str] = {}
        self.foreign: list[str] = []
        self._inside: list[str] = []
        self._href = ""
        self.feed(html)

    @property
    def words(self) -> str:
        return " ".join(self._said.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "wbr"):
            self._inside.append(tag)
        if tag in ("td", "th", "dt", "dd", "br"):
            self._said += " "
        given: dict[str, Any] = dict(attrs)
        self._href = given.get("href", "") if tag == "a" else ""
        if tag in ("script", "link", "iframe", "img") or "src" in given:
            self.foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._inside:
            return
        self._said += data
        if self._inside and self._inside[-1] in ("h1", "h2", "h3"):
            self.headings.append(data)
        if self._inside and self._inside[-1] == "a":
            self.links[data] = self._href


@pytest.fixture
def shown(successor: Desk) -> Page:
    return Page(page(successor.evidence(), COMPARE))


def test_the_decision_comes_first(shown: Page) -> None:
    assert shown.headings[0] == "Release movielens to PROD?"
    decision = shown.words[: shown.words.index("What changes in PROD")]
    assert "QA ✓ PASSED: accuracy 0.715" in decision
    assert "PROD 2 REPLACED, 1 changed; nothing is lost for good." in decision
    assert f"PROD serves the release {release_id('first')} since 2026-01-02 03:01 UTC." in decision
    assert "The plan may be applied until 2026-01-03 03:00 UTC" in decision


def test_the_gravest_changes_come_first_with_what_forces_them(shown: Page) -> None:
    groups = [heading for heading in shown.headings if re.search(r": \d+$", heading)]
    assert groups == ["REPLACED: 2", "changed: 1"]
    assert (
        "name: mlops-movielens-prod-199281c607f1 → mlops-movielens-prod-bbd6d0ea82cb # forces" in shown.words
    )


def test_what_changed_and_the_metrics_are_told_beside_prods(shown: Page) -> None:
    assert "num_factors 64 32" in shown.words
    assert "the same data, image, container variables" in shown.words
    assert (
        "auc 0.775 [0.764, 0.786] -0.001 [-0.003, 0.000] 0.776 [0.765, 0.787] 0.776 [0.765, 0.787]"
        in shown.words
    )


def test_the_rows_trained_on_are_without_those_held_out(shown: Page) -> None:
    assert "; 90,570 rows trained on, 9,430 held out" in shown.words


def test_commits_and_evidence_are_links(shown: Page) -> None:
    assert shown.links["aa86d3ed0048..9e001896609e"] == COMPARE
    assert shown.links["The full plan"].endswith("/plan.txt")
    assert shown.links["QA's report"].endswith("/gate.html")
    assert SHA256 in shown.words


def test_it_needs_nothing_else_and_runs_nothing(successor: Desk) -> None:
    html = page(successor.evidence(), None)
    assert Page(html).foreign == []
    assert "url(http" not in html
    assert COMPARE not in html


def test_what_would_be_lost_is_in_the_decision_and_with_the_resource(loss: Desk) -> None:
    evidence = loss.evidence()
    shown = Page(page(evidence, None))
    decision = shown.words[: shown.words.index("What changes in PROD")]
    for change in evidence.plan.stack.losses:
        assert f"destroys {change.type} {change.name}, which loses {change.lost}" in decision
    assert decision.count("⚠ LOST FOR GOOD") == len(evidence.plan.stack.losses) > 0
    assert "nothing is lost" not in decision
    assert shown.words.count("⚠ LOST FOR GOOD") == 2 * len(evidence.plan.stack.losses)


def test_wider_rights_are_in_the_decision_and_each_is_told(desk: Desk) -> None:
    desk.lay("second", PLANS / "widening.json")
    shown = Page(page(desk.evidence(), None))
    decision = shown.words[: shown.words.index("What changes in PROD")]
    assert "⚠ Rights: somebody MAY DO MORE than before, some of it sweeping" in decision
    assert "gains: Allow s3:DeleteObject on arn:aws:s3:::reviewed-data/*" in shown.words
    assert "loses: Allow kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/old" in shown.words


def test_a_release_that_did_not_pass_in_prod_is_called_so(desk: Desk) -> None:
    desk.serve("first", verdict="blocked")
    assert "though it DID NOT PASS its test there" in Page(page(desk.evidence(), None)).words


def test_a_first_release_is_called_so(desk: Desk) -> None:
    shown = Page(page(desk.evidence(), None))
    assert "This is the first release: PROD serves none." in shown.words
    assert "in PROD, at its test" not in shown.words


def test_names_from_the_plan_are_text_and_not_markup(loss: Desk) -> None:
    file = loss.folder / "ProdPlan" / "plan.json"
    file.write_text(file.read_text().replace("reviewed", "<script>alert(1)</script>"))
    assert Page(page(loss.evidence(), None)).foreign == []


def test_the_text_says_the_same_without_markup(successor: Desk) -> None:
    said = text(successor.evidence())
    for fact in (
        "2 REPLACED, 1 changed; nothing is lost for good.",
        "REPLACED aws_sagemaker_model.endpoint_model_B0B36083 mlops-movielens-prod-bbd6d0ea82cb",
        "commits aa86d3ed0048..9e001896609e",
        "num_factors 64 → 32",
        "auc         0.775 [0.764, 0.786]; in PROD on the same rows 0.776 [0.765, 0.787], difference -0.001",
        "QA's report: https://console/qa-test/",
    ):
        assert fact in said
    assert "<" not in said
    assert "&" not in said
