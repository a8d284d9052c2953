"""The counted lines in the documentation are those that there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.lines import differing, owned
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "writing-an-example.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("count", [owned, differing], ids=["owned", "differing"])
def test_the_page_has_the_table_that_is_counted(count: Callable[[], str]) -> None:
    assert count() in PAGE, "run: PYTHONPATH=.:constructs .venv/bin/python -m bench.lines"
