"""The manifests of what PROD serves, for the plans of its endpoint stacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlops.ledger.manifests import write_manifests
from mlops.ledger.store import Ledger
from tests.ledger.entries import judged, trained

OLD, NEW = "11111111-aaaa", "22222222-bbbb"


def enter(ledger: Ledger, release: str, minute: int, *, deployed: bool) -> None:
    files = {name: f"{release} {name}".encode() for name in ("release.json", "held_out.parquet")}
    ledger.record(trained(release, minute), files)
    ledger.record(judged(release, minute + 1, "qa"), {})
    if deployed:
        ledger.record(judged(release, minute + 2), {})


def test_the_release_that_prod_serves_is_written_not_a_newer_one_that_waits(
    ledger: Ledger, tmp_path: Path
) -> None:
    enter(ledger, OLD, 0, deployed=True)
    enter(ledger, NEW, 10, deployed=False)
    assert write_manifests({"movielens": ledger}, tmp_path / "new") == {
        "movielens": tmp_path / "new/movielens.json"
    }
    assert (tmp_path / "new/movielens.json").read_text() == f"{OLD} release.json"


def test_where_prod_serves_nothing_or_nothing_is_deployed_there_is_no_file(
    ledger: Ledger, s3: Any, tmp_path: Path
) -> None:
    enter(ledger, NEW, 0, deployed=False)
    ledgers = {"movielens": ledger, "iris": Ledger(s3, "no-such-ledger")}
    assert write_manifests(ledgers, tmp_path) == {"movielens": None, "iris": None}
    assert list(tmp_path.iterdir()) == []
