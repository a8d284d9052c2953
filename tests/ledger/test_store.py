"""The ledger's bucket on the local AWS: what is in it stays, whoever else writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from mlops.ledger.store import Ledger, OverwritingRefusedError
from mlops.spec import InvalidInputError
from tests.ledger.entries import at, planned, trained


def test_an_entry_comes_back_with_its_files(ledger: Ledger) -> None:
    files = {"release.json": b"{}", "held_out.parquet": b"\x00rows"}
    written = ledger.record(trained("a", 0), files)
    assert ledger.entries() == [written]
    assert {name: ledger.file(written, name) for name in written.files} == files


def test_entries_are_in_the_order_in_which_they_were_written_whatever_their_step(ledger: Ledger) -> None:
    written = [ledger.record(entry, {}) for entry in (trained("b", 9), planned("b", 3), trained("a", 1))]
    assert ledger.entries() == written
    assert [entry.release_id for entry in written] == ["b", "b", "a"]


def test_a_reader_that_may_see_some_steps_gets_those(ledger: Ledger) -> None:
    written = [ledger.record(entry, {}) for entry in (planned("b", 3), trained("a", 1), planned("a", 2))]
    assert ledger.entries("prod-plan") == [written[0], written[2]]
    assert ledger.entries("train", "prod-plan") == written


def test_nothing_is_overwritten(ledger: Ledger, s3: Any) -> None:
    written = ledger.record(trained("a", 0), {"release.json": b"first"})
    key = f"{written.folder}release.json"
    with pytest.raises(OverwritingRefusedError, match="exists"):
        ledger.put(key, b"second")
    assert ledger.file(written, "release.json") == b"first"
    assert s3.list_objects_v2(Bucket=ledger.bucket)["KeyCount"] == 2


def test_writers_of_the_same_moment_each_get_an_entry_of_their_own(s3: Any, ledger: Ledger) -> None:
    writers, ticks = 4, 3
    together = Barrier(writers)

    def write(number: int) -> None:
        # Everybody's clock shows the same few microseconds.
        moments = iter([at(0).replace(microsecond=tick) for tick in range(writers)] * ticks)
        mine = Ledger(s3, ledger.bucket, now=lambda: next(moments))
        together.wait()
        mine.record(trained("a", 0), {"release.json": str(number).encode()})

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    entries = ledger.entries()
    assert len({entry.folder for entry in entries}) == writers
    assert {ledger.file(entry, "release.json") for entry in entries} == {b"0", b"1", b"2", b"3"}


def test_a_writer_that_finds_no_free_key_gives_up_with_a_sentence(ledger: Ledger, s3: Any) -> None:
    stopped = Ledger(s3, ledger.bucket, now=lambda: at(0))
    stopped.record(trained("a", 0), {})
    with pytest.raises(OverwritingRefusedError, match="is taken"):
        stopped.record(trained("a", 0), {})


def test_an_entry_whose_writer_died_half_way_does_not_count(ledger: Ledger) -> None:
    ledger.put(f"{trained('a', 0).folder}release.json", b"{}")
    assert ledger.entries() == []


def test_an_entry_of_a_newer_version_is_named_with_the_remedy(ledger: Ledger) -> None:
    ledger.record(trained("a", 0), {})
    ledger.put("train/20300101T000000.000000Z-b/entry.json", b'{"schema_version": 2}')
    with pytest.raises(InvalidInputError) as refused:
        ledger.entries()
    (problem,) = refused.value.problems
    assert problem.source == "train/20300101T000000.000000Z-b/entry.json"
    assert (problem.field, problem.given, problem.allowed) == ("schema_version", "2", "1")
    assert problem.remedy.startswith("Upgrade sagemaker-mlops-cdktf")
