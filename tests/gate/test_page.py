"""The page that a person decides by: complete, self-contained, and without a say for colour."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest


class Page(HTMLParser):
    """The words of a page, its headings, its table rows, and whatever it would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.foreign: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self._inside.append(tag)
        if tag in ("script", "link", "iframe", "img"):
            self.foreign.append(tag)
        self.foreign += [
            str(value) for name, value in attrs if name in ("src", "href") and value and value[0] != "#"
        ]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        said = " ".join(data.split())
        if not said or "style" in self._inside:
            return
        self.words.append(said)
        if self._inside[-1] in ("h1", "h2"):
            self.headings.append(said)
        if "td" in self._inside or "th" in self._inside:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {said}".strip()


def page(build: Any) -> Page:
    return Page((build.root / "gate-report" / "gate.html").read_text())


def test_the_verdict_comes_first_in_words(build: Any) -> None:
    build.replace("endpoint_tests/movielens/gate.toml", "auc.at_least = 0.75", "auc.at_least = 0.99")
    _, report = build.run()
    shown = page(build)
    assert re.fullmatch(r"✗ BLOCKED: movielens in QA", shown.headings[0])
    start = shown.words.index(shown.headings[0])
    assert shown.words[start + 1 : start + 3] == [report["summary"], report["consequence"]]


def test_failures_come_before_passes_each_with_its_reason(build: Any) -> None:
    build.replace("endpoint_tests/movielens/gate.toml", "auc.at_least = 0.75", "auc.at_least = 0.99")
    _, report = build.run()
    rows = page(build).rows
    checks = [row for row in rows if row and row[0].endswith(("pass", "fail", "not applicable"))]
    reason = next(check["reason"] for check in report["checks"] if check["name"] == "AUC")
    assert checks[0] == ["✗ fail", "AUC", reason]
    assert checks[1] == [
        "- not applicable",
        "AUC - champion",
        next(check["reason"] for check in report["checks"] if check["name"] == "AUC - champion"),
    ]
    assert len(checks) == len(report["checks"])


def test_every_metric_stands_beside_its_rivals_with_intervals(build: Any) -> None:
    _, report = build.run()
    auc = report["metrics"]["auc"]
    (row,) = [row for row in page(build).rows if row and row[0] == "AUC"]

    def shown(figure: dict[str, float]) -> str:
        return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"

    baseline = auc["baseline"]
    assert row == [
        "AUC",
        shown(auc["model"]),
        shown(baseline["figure"]),
        shown(baseline["difference"]),
        "-",
        "-",
    ]


def test_it_tells_what_was_judged(build: Any) -> None:
    _, report = build.run()
    words = " ".join(page(build).words)
    release, endpoint = report["release"], report["endpoint"]
    for fact in (release["commit"], release["data"]["sha256"], release["model_data_url"], endpoint["config"]):
        assert fact in words


def test_it_needs_nothing_else_and_runs_nothing(build: Any) -> None:
    build.run()
    text = (build.root / "gate-report" / "gate.html").read_text()
    assert page(build).foreign == []
    assert "url(http" not in text
    assert text.count("<svg") == 2, "ROC and calibration"


def test_names_from_data_are_text_and_not_markup(build: Any) -> None:
    build.hold_out(build.rows.with_columns(group=pl.lit("<script>alert(1)</script>")))
    gate = build.root / "endpoint_tests/movielens/gate.toml"
    gate.write_text(f'{gate.read_text()}\n[[slices]]\ncolumn = "group"\n')
    build.run()
    shown = page(build)
    assert "group = <script>alert(1)</script>" in " ".join(shown.words)
    assert shown.foreign == []


def test_a_gate_that_could_not_judge_lists_what_kept_it(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT_NAME", "")
    code, report = build.run()
    assert code == 2
    shown = page(build)
    assert "NOT JUDGED" in shown.headings[0]
    assert "What kept the gate from judging" in shown.headings
    assert report["problems"][0] in shown.words
