"""The counted lines in the documentation are those that there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.docs.pages import ROOT
from tools.bench.lines import differing, owned

PAGE = (ROOT / "docs" / "writing-an-example.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("count", [owned, differing], ids=["owned", "differing"])
def test_the_page_has_the_table_that_is_counted(count: Callable[[], str]) -> None:
    assert count() in PAGE, "run: .venv/bin/python -m tools.bench.lines"
