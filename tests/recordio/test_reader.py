"""The reader: what the writer wrote, what other encoders write, and what is corrupt."""

from __future__ import annotations

import contextlib
import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordio import RecordIOError, Records, decode, encode, encode_dense, read
from tools.bench import per_row

MAGIC = struct.pack("<I", per_row.MAGIC)


def assert_equal(found: Records, expected: Records) -> None:
    np.testing.assert_array_equal(found.indptr, expected.indptr)
    np.testing.assert_array_equal(found.keys, expected.keys)
    np.testing.assert_array_equal(found.values, expected.values)
    assert (found.labels is None) == (expected.labels is None)
    if found.labels is not None and expected.labels is not None:
        np.testing.assert_array_equal(found.labels, expected.labels)


@st.composite
def records(draw: st.DrawFn) -> Records:
    row = st.lists(st.tuples(st.integers(0, 1 << 40), st.floats(width=32)), max_size=20)
    rows = draw(st.lists(row, min_size=1, max_size=30))
    flat = [pair for row in rows for pair in row]
    labels = draw(st.none() | st.lists(st.floats(width=32), min_size=len(rows), max_size=len(rows)))
    return Records(
        np.cumsum([0, *map(len, rows)]),
        np.array([key for key, _ in flat], np.int64),
        np.array([value for _, value in flat], np.float32),
        None if labels is None else np.array(labels, np.float32),
        draw(st.sampled_from([None, (1 << 40) + 1])),
    )


@given(records())
def test_what_is_written_is_read(rows: Records) -> None:
    # A row with values alone is a dense row: without keys nothing can tell the two apart.
    assert_equal(decode(encode(rows)), rows)


@given(records(), st.integers(1, 3_000))
def test_a_stream_in_pieces_of_any_size_gives_the_same_rows(rows: Records, piece: int) -> None:
    data = encode(rows)
    pieces = list(read(io.BytesIO(data), piece))
    assert sum(map(len, pieces)) == len(rows)
    np.testing.assert_array_equal(np.concatenate([part.keys for part in pieces]), rows.keys)


def test_dense_rows_get_their_places_as_keys() -> None:
    matrix = np.arange(12, dtype=np.float32).reshape(3, 4)
    found = decode(encode_dense(matrix, np.array([1, 0, 1], np.float32)))
    assert_equal(
        found, Records.of_rows(np.tile(np.arange(4), (3, 1)), matrix, np.array([1, 0, 1], np.float32))
    )
    assert found.dim == 4


def test_dense_and_sparse_rows_of_different_shapes_may_follow_one_another() -> None:
    data = encode_dense(np.ones((2, 3), np.float32)) + encode(Records.of_rows(np.array([[7, 5]]), dim=9))
    found = decode(data)
    assert found.keys.tolist() == [0, 1, 2, 0, 1, 2, 7, 5]
    assert found.dim == 9


def test_a_magic_number_inside_a_row_does_not_split_it() -> None:
    magic = np.frombuffer(MAGIC, "<f4")[0]
    rows = Records.of_rows(np.array([[1, 2, 3]] * 5), np.full((5, 3), magic, np.float32), dim=4)
    assert_equal(decode(encode(rows)), rows)


def test_many_layouts_of_one_frame_length_are_all_read() -> None:
    shapes = range(200, 400)  # every shape is a layout of its own; all take two bytes
    data = b"".join(encode(Records.of_rows(np.array([[1, 130]]), dim=dim)) for dim in shapes)
    found = decode(data)
    assert found.keys.tolist() == [1, 130] * 200
    assert found.dim == 399


def _entry(tensor: bytes) -> bytes:
    value = b"\x12" + bytes([len(tensor)]) + tensor
    entry = b"\x0a\x06values\x12" + bytes([len(value)]) + value
    return b"\x0a" + bytes([len(entry)]) + entry


def test_protobuf_of_another_writer_is_read() -> None:
    one, two = struct.pack("<f", 1.5), struct.pack("<f", -2)
    unpacked = b"\x0d" + one + b"\x10\x07\x0d" + two + b"\x10\x80\x01"
    keys_first = b"\x12\x02\x07\x09" + b"\x0a\x08" + one + two
    unknown = b"\x1a\x03uid" + b"\x22\x04meta"
    data = b"".join(map(per_row.frame, (_entry(unpacked), _entry(keys_first) + unknown, _entry(b""))))
    found = decode(data)
    assert found.indptr.tolist() == [0, 2, 4, 4]
    assert found.keys.tolist() == [7, 128, 7, 9]
    assert found.values.tolist() == [1.5, -2, 1.5, -2]


def test_nothing_is_no_rows() -> None:
    assert len(decode(b"")) == 0
    assert list(read(io.BytesIO())) == []


GOOD = encode(Records.of_rows(np.array([[1, 200], [2, 201]]), labels=np.ones(2, np.float32), dim=300))
HALF = len(GOOD) // 2


@pytest.mark.parametrize(
    ("data", "offset", "reason"),
    [
        (b"\0" * 8, 0, "where a record starts"),
        (GOOD + b"PAR1....", len(GOOD), "where a record starts"),
        (GOOD[:-4], HALF, "cut off"),
        (GOOD[:-1], HALF, "cut off"),
        (GOOD + MAGIC, len(GOOD), "cut off"),
        (MAGIC + struct.pack("<I", 1 << 29 | 4) + b"abcd", 0, "split over several frames"),
        (per_row.frame(b"\x0a\x7fab"), 8, "runs past the end"),
        (per_row.frame(b"\x0f"), 8, "wire type 7"),
        (per_row.frame(b"\x80"), 8, "cut off"),
        (per_row.frame(b"\xff" * 10), 8, "more than 63 bits"),
        (per_row.frame(_entry(b"\x0a\x03abc")), 22, "not a multiple of 4"),
        (per_row.frame(_entry(b"\x0a\x04abcd\x12\x02\x01\x02")), 8, "2 keys for 1 values"),
        (
            per_row.frame(_entry(b"\x0a\x04abcd\x12\x01\x05\x1a\x01\x05")),
            8,
            "a key of 5 in a tensor of shape 5",
        ),
        (per_row.frame(_entry(b"\x0a\x04abcd").replace(b"values", b"others")), 8 + 10, "named 'others'"),
        (per_row.frame(b"\x0a\x0c\x0a\x06values\x12\x02\x1a\x00"), 8 + 12, "Float64 tensor"),
        (
            per_row.frame(_entry(b"\x0a\x08abcdefgh\x12\x01\x01").replace(b"\x0a", b"\x12", 1)),
            8,
            "2 values, not one",
        ),
    ],
)
def test_corrupt_data_is_refused_with_the_place(data: bytes, offset: int, reason: str) -> None:
    with pytest.raises(RecordIOError, match=reason) as told:
        decode(data)
    assert told.value.offset == offset
    assert str(told.value).startswith(f"byte {offset}: ")


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_changed_byte_is_read_as_rows_or_refused(place: int, byte: int) -> None:
    data = bytearray(GOOD)
    data[place] = byte
    with contextlib.suppress(RecordIOError):
        assert len(decode(bytes(data))) <= 2


def test_a_key_outside_the_shape_is_told_with_the_row_it_stands_in() -> None:
    data = bytearray(GOOD)
    at = data.rindex(b"\x02\xc9\x01")
    data[at + 2] = 0x7F
    with pytest.raises(RecordIOError, match="in a tensor of shape 300") as told:
        decode(bytes(data))
    assert told.value.offset == HALF + 8


def test_rows_with_and_without_labels_do_not_mix() -> None:
    data = GOOD + encode(Records.of_rows(np.array([[1, 200]]), dim=300))
    with pytest.raises(RecordIOError, match="without a label") as told:
        decode(data)
    assert told.value.offset == len(GOOD)


def test_the_offset_of_a_fault_counts_from_the_stream_s_beginning() -> None:
    with pytest.raises(RecordIOError) as told:
        list(read(io.BytesIO(GOOD * 50 + b"rubbish!" * 20), 300))
    assert told.value.offset == 50 * len(GOOD)
