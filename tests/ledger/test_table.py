"""The releases as people and programs read them."""

from __future__ import annotations

import io
import json

from rich.console import Console

from mlops.ledger.entry import AutomaticRollback
from mlops.ledger.history import History
from mlops.ledger.links import links_to
from mlops.ledger.overview import overviews
from mlops.ledger.table import show_release, show_table
from tests.ledger.entries import judged, planned, reviewed, trained

OLD, NEW, BAD = "11111111-aaaa", "22222222-bbbb", "33333333-cccc"
ENTRIES = [
    *(
        trained(OLD, 0),
        planned(OLD, 1, "qa"),
        judged(OLD, 2, "qa"),
        planned(OLD, 3),
        judged(OLD, 4, approved=True),
    ),
    *(
        trained(NEW, 10),
        judged(NEW, 12, "qa"),
        planned(NEW, 13),
        reviewed(NEW, 13),
        judged(NEW, 14, verdict="blocked", approved=True),
    ),
    *(trained(BAD, 20), judged(BAD, 22, "qa", "blocked")),
]
CONSOLE = "https://eu-west-1.console.aws.amazon.com/s3/object/the-ledger?region=eu-west-1&prefix="
FOUND = overviews(History(ENTRIES), links_to("the-ledger", "eu-west-1", {}))


def printed(*, release: str | None = None, width: int = 160) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False)
    if release is None:
        show_table(FOUND, console)
    else:
        show_release(next(each for each in FOUND if each.release_id == release), console)
    return out.getvalue()


def test_each_release_has_a_line_with_its_verdicts_approval_and_where_it_serves() -> None:
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in printed().splitlines()]
    figure = "accuracy 0.713 [0.703, 0.724]"
    bad = [BAD, "cccccccc", "2026-01-02 03:20", f"blocked: {figure}", "-", "-"]
    new = [NEW, "cccccccc", "2026-01-02 03:10", f"passed: {figure}", "ann", "blocked"]
    assert cells == [
        ["Release", "Commit", "Trained (UTC)", "QA", "Approved by", "PROD", "Serves"],
        [*bad, "QA since 2026-01-02 03:22, NOT PASSED"],
        [*new, "PROD since 2026-01-02 03:14, NOT PASSED"],
        ["2026-01-02 03:14"],
        [OLD, "cccccccc", "2026-01-02 03:00", f"passed: {figure}", "ann", "passed"],
        ["2026-01-02 03:04"],
    ]


def test_on_a_narrow_terminal_each_release_is_a_block_and_nothing_is_cut() -> None:
    blocks = printed(width=60).strip().split("\n\n")
    assert [block.split()[1] for block in blocks] == [BAD, NEW, OLD]
    lines = [" ".join(line.split()) for line in blocks[1].splitlines()]
    assert lines == [
        f"Release {NEW}",
        "Commit cccccccc",
        "Trained (UTC) 2026-01-02 03:10",
        "QA passed: accuracy 0.713 [0.703, 0.724]",
        "Approved by ann",
        "2026-01-02 03:14",
        "PROD blocked",
        "Serves PROD since 2026-01-02 03:14, NOT PASSED",
    ]


def test_one_release_shows_its_evidence_with_links_to_the_console() -> None:
    text = printed(release=OLD)
    assert f"gate.html         {CONSOLE}prod-test%2F20260102T030400.000000Z-{OLD}%2Fgate.html\n" in text
    assert f"plan.txt          {CONSOLE}qa-plan%2F20260102T030100.000000Z-{OLD}%2Fplan.txt\n" in text
    assert f"(sha256 {'a' * 64})" in text
    assert (
        "approved    2026-01-02 03:04  arn:aws:sts::123456789012:assumed-role/Release/ann: looks good" in text
    )
    assert "serves      nowhere" in text
    assert "serves      PROD since 2026-01-02 03:14, NOT PASSED" in printed(release=NEW)


def test_a_release_shows_the_review_that_it_was_approved_by() -> None:
    text = printed(release=NEW)
    assert "PROD review 2026-01-02 03:13  2 REPLACED, 1 changed; nothing is lost for good\n" in text
    assert f"review.html       {CONSOLE}prod-review%2F20260102T031300.000000Z-{NEW}%2Freview.html\n" in text
    assert "PROD review" not in printed(release=OLD)


def test_a_release_that_was_brought_back_says_from_which_and_why() -> None:
    because = AutomaticRollback(instead_of=NEW, failed="test")
    entries = [*ENTRIES, judged(OLD, 15, way_back=because)]
    found = overviews(History(entries), links_to("the-ledger", "eu-west-1", {}))
    out = io.StringIO()
    show_table(found, Console(file=out, width=200))
    show_release(found[-1], Console(file=out, width=200))
    assert out.getvalue().count(f"back from {NEW}, whose test failed") == 2
    assert found[-1].tests["prod"].way_back == because
    assert "PROD since 2026-01-02 03:15" in out.getvalue()


def test_programs_get_everything() -> None:
    bad, new, old = (json.loads(each.model_dump_json()) for each in FOUND)
    assert old["tests"]["qa"]["figure"] == {"name": "accuracy", "value": 0.713, "low": 0.703, "high": 0.724}
    assert new["serves"] == {"prod": {"since": "2026-01-02T03:14:00Z", "passed": False}}
    assert bad["approval"] is None
    assert bad["plans"] == {}


def test_the_local_aws_has_no_console() -> None:
    link = links_to("the-ledger", "eu-west-1", {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    assert link("train/x/release.json") == "s3://the-ledger/train/x/release.json"
