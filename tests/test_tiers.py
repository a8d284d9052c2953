"""Each tier holds the one before, and a table that names what is gone is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tiers

PLACES = {
    "local_aws": "test",
    "demo": "test",
    "demo/test_faults.py": "all",
    "demo/test_demo.py::test_it": "all",
}


@pytest.mark.parametrize(
    ("test", "tier"),
    [
        ("spec/test_names.py::test_it", "check"),
        ("local_aws/iam/test_roles.py::test_it", "test"),
        ("local_aws_of_another/test_it.py::test_it", "check"),
        ("demo/test_demo.py::test_more", "test"),
        ("demo/test_demo.py::test_it", "all"),
        ("demo/test_faults.py::test_it", "all"),
    ],
)
def test_the_longest_place_that_a_test_is_in_decides(test: str, tier: str) -> None:
    assert tiers.tier_of(test, PLACES) == tier


def test_all_that_the_table_names_is_there() -> None:
    assert set(tiers.named().values()) == {"test", "all"}


def test_a_name_of_what_is_gone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = ["gone/test_it.py::test_it", "here", "here/test_it.py::test_gone", "here/test_it.py::test_it"]
    (tmp_path / "tiers.toml").write_text(f"all = {places}\n")
    (tmp_path / "here").mkdir()
    (tmp_path / "here/test_it.py").write_text("def test_it(): ...")
    monkeypatch.setattr(tiers, "TESTS", tmp_path)
    with pytest.raises(
        pytest.UsageError, match=r"not there: gone/test_it\.py::test_it, here/test_it\.py::test_gone$"
    ):
        tiers.named()
