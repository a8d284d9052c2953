"""Reading ratings: every form of file, every kind of fault."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.spec import InvalidInputError
from training.movielens import ratings as module
from training.movielens.ratings import Ratings, read_ratings
from training.movielens.rows import RatingsForm

TABS = RatingsForm("\t", 4, user=0, item=1, rating=2)


def read(*contents: bytes, form: RatingsForm = TABS) -> Ratings:
    return read_ratings([(f"file {at}", io.BytesIO(content)) for at, content in enumerate(contents)], form)


def problems(*contents: bytes, form: RatingsForm = TABS) -> list[str]:
    with pytest.raises(InvalidInputError) as told:
        read(*contents, form=form)
    return [str(problem) for problem in told.value.problems]


def test_files_are_read_in_their_order_as_one() -> None:
    first, second = b"7\t1\t4\t0\n7\t2\t3.5\t0\n", b"300\t70000\t0.5\t0\n"
    found = read(first, second)
    assert found.users.tolist() == [7, 7, 300]
    assert found.items.tolist() == [1, 2, 70000]
    assert found.ratings.tolist() == [4, 3.5, 0.5]
    assert found.sha256 == hashlib.sha256(first + second).hexdigest()
    assert found.place(1) == ("file 0", 2)
    assert found.place(2) == ("file 1", 1)


@given(
    st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 300), st.integers(0, 10)), min_size=1),
    st.integers(1, 60),
    st.booleans(),
)
def test_blocks_of_any_size_give_the_same_rows(
    rows: list[tuple[int, int, int]], size: int, end: bool
) -> None:
    text = "".join(f"{user},{item},{half / 2}\n" for user, item, half in rows)
    content = (text if end else text[:-1]).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK_BYTES", size)
        found = read(content, form=RatingsForm(",", 3, 0, 1, 2))
    assert list(zip(found.users.tolist(), found.items.tolist(), found.ratings.tolist(), strict=True)) == [
        (user, item, half / 2) for user, item, half in rows
    ]


def test_columns_stand_where_the_form_says_and_a_header_is_left_out() -> None:
    form = RatingsForm("|", 3, user=2, item=0, rating=1, header_lines=1)
    found = read(b"movieId|rating|userId\r\n5|4.5|9\r\n", b"movieId|rating|userId\n6|1|8", form=form)
    assert (found.users.tolist(), found.items.tolist()) == ([9, 8], [5, 6])
    assert found.ratings.tolist() == [4.5, 1]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"1\t2\tNaN\t0", "row 2, rating: given 'NaN'; allowed: a number from 0 to 5"),
        (b"1\t2\tinf\t0", "row 2, rating: given 'inf'; allowed: a number from 0 to 5"),
        (b"1\t2\t\t0", "row 2, rating: given ''; allowed: a number from 0 to 5"),
        (b"1\t2\t-1\t0", "row 2, rating: given '-1'"),
        (b"1\t2\t10\t0", "row 2, rating: given '10'"),
        (b"1\t2\tgood\t0", "row 2, rating: given 'good'"),
        (b"one\t2\t3\t0", "row 2, user: given 'one'; allowed: a whole number from 0 on"),
        (b"1.5\t2\t3\t0", "row 2, user: given '1.5'"),
        (b"1\t-2\t3\t0", "row 2, item: given '-2'; allowed: a whole number from 0 on"),
        (b"1\t99999999999999999999\t3\t0", "row 2, item: given '99999999999999999999'"),
        (b"1\t2\t3", "row 2: given 3 fields; allowed: 4 fields separated by '\\t'"),
        (b"1\t2\t3\t4\t5", "row 2: given 5 fields"),
        (b"", "row 2: given 1 fields"),
        (b"\xff\xfe\t2\t3\t0", "row 2, user: given '\ufffd\ufffd'"),
    ],
)
def test_a_row_that_is_no_rating_is_told_with_its_number(row: bytes, message: str) -> None:
    (told,) = problems(b"1\t1\t3\t0\n" + row + b"\n1\t3\t3\t0\n")
    assert told.startswith(f"file 0: {message}")
    assert told.endswith("Correct or remove the row.")


def test_the_first_row_may_be_the_one_that_is_wrong() -> None:
    assert problems(b"user_id\titem_id\trating\n1\t1\t3\t0\n")[0].startswith("file 0: row 1: given 3 fields")


def test_all_faults_of_all_files_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK_BYTES", 16)
    good = b"1\t1\t3\t0\n" * 5
    told = problems(good + b"x\ty\tz\t0\n", good + b"1\t2\t9\t0\n")
    assert [line.split(": given")[0] for line in told] == [
        "file 0: row 6, user",
        "file 0: row 6, item",
        "file 0: row 6, rating",
        "file 1: row 6, rating",
    ]


def test_of_very_many_faults_the_first_are_told_and_the_rest_counted() -> None:
    told = problems(b"1\t1\tx\t0\n" * 1000)
    assert len(told) == 21
    assert "980 more values like these" in told[-1]


@pytest.mark.parametrize("contents", [[], [b""], [b"", b"\n"[:0]]])
def test_no_rows_at_all_is_told(contents: list[bytes]) -> None:
    (told,) = problems(*contents)
    assert "given no rows; allowed: one rating a row" in told


def test_a_file_of_a_header_alone_has_no_rows() -> None:
    (told,) = problems(b"user_id\titem_id\trating\trated_at", form=replace(TABS, header_lines=1))
    assert "no rows" in told
