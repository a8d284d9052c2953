"""The page of a run: the verdict first, then each column, readable on its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from mlops.drift.page import page
from mlops.drift.report import Bin, ColumnFindings, DriftReport
from mlops.gate.checks import not_applicable
from mlops.spec.gate_report import Check, Outcome


def column(name: str, outcome: Outcome, reason: str) -> ColumnFindings:
    if outcome == "not applicable":
        return ColumnFindings(name=name, side="asked", check=not_applicable(f"asked: {name}", reason))
    check = Check(name=f"asked: {name}", outcome=outcome, reason=reason, value=0.5, limit="≤ 0.15")
    bins = (Bin(label="up to 1", expected=0.25, found=0.1), Bin(label="above 1", expected=0.75, found=0.9))
    return ColumnFindings(name=name, side="asked", check=check, bins=bins)


@pytest.fixture
def report() -> DriftReport:
    return DriftReport(
        verdict="drift",
        summary="DRIFT: asked: <length> 0.500 misses ≤ 0.15",
        example="iris",
        endpoint="mlops-iris-prod",
        release_id="release-1",
        commit="c" * 40,
        trained_on_rows=90_570,
        since=datetime(2026, 1, 1, 3, tzinfo=UTC),
        until=datetime(2026, 1, 2, 3, tzinfo=UTC),
        requests=1234,
        unreadable=7,
        rows=12_340,
        psi_tolerance=0.1,
        false_alarm_rate=0.01,
        columns=(
            column("width", "pass", "index 0.010 is within 0.15"),
            column("height", "not applicable", "no rows were captured"),
            column("<length>", "fail", "index 0.500 is above 0.15"),
        ),
        retraining="Retraining: p was started as the execution e1.",
    )


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def test_the_page_says_what_was_found_the_worst_first(report: DriftReport) -> None:
    parsed = _Text()
    parsed.feed(page(report))
    text = " ".join(" ".join(parsed.parts).split())
    assert "✗ DRIFT: iris in PROD DRIFT: asked: <length> 0.500 misses ≤ 0.15" in text
    assert "Retraining: p was started as the execution e1." in text
    for said in ("1,234", "12,340 rows", "90,570 rows", "at most 1 of 100 runs", "7 of these requests"):
        assert said in text
    order = [text.index(name) for name in ("asked: <length> index", "asked: height no", "asked: width index")]
    assert order == sorted(order)
    assert "up to 1" in text
    assert "25.0% 10.0%" in text


def test_the_page_needs_nothing_else_and_runs_nothing(report: DriftReport) -> None:
    html = page(report)
    parsed = _Text()
    parsed.feed(html)
    assert not {"script", "link", "img", "iframe"} & set(parsed.tags)
    assert not re.search(r"https?:|url\(", html)
    assert 'name="viewport"' in html
