"""The counted lines in the documentation are those that there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.docs.pages import ROOT
from tools.bench.lines import differing, owned, whole


@pytest.mark.parametrize(
    ("page", "count"),
    [("writing-an-example", owned), ("writing-an-example", differing), ("own-repository", whole)],
    ids=["owned", "differing", "whole"],
)
def test_the_page_has_the_table_that_is_counted(page: str, count: Callable[[], str]) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert count() in text, "run: .venv/bin/python -m tools.bench.lines"
