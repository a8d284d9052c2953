"""The writer against protobuf's own encoding, row by row."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recordio import Records, encode, encode_dense, write
from tools.bench import per_row

floats = st.floats(width=32, allow_nan=False)
dims = st.sampled_from([1, 127, 128, 129, 16_384, 2_097_153, 1 << 31])


@st.composite
def records(draw: st.DrawFn, labelled: bool | None = None) -> Records:
    dim = draw(dims)
    row = st.lists(st.tuples(st.integers(0, dim - 1), floats), max_size=40)
    rows = draw(st.lists(row, max_size=30))
    flat = [pair for row in rows for pair in row]
    labelled = draw(st.booleans()) if labelled is None else labelled
    labels = [draw(floats) for _ in rows] if labelled else None
    return Records(
        np.cumsum([0, *map(len, rows)]),
        np.array([key for key, _ in flat], np.int64),
        np.array([value for _, value in flat], np.float32),
        None if labels is None else np.array(labels, np.float32),
        dim,
    )


def reference(rows: Records) -> bytes:
    matrix = csr_matrix((len(rows), rows.dim), dtype=np.float32)
    matrix.data, matrix.indices, matrix.indptr = rows.values, rows.keys, rows.indptr
    return per_row.encode_sparse(matrix, rows.labels)


@given(records())
def test_sparse_rows_are_written_byte_for_byte_as_protobuf_writes_them(rows: Records) -> None:
    assert encode(rows) == reference(rows)


@given(st.integers(0, 300), st.integers(0, 5), st.booleans(), st.data())
def test_dense_rows_are_written_byte_for_byte_as_protobuf_writes_them(
    width: int, height: int, labelled: bool, data: st.DataObject
) -> None:
    matrix = np.arange(height * width, dtype=np.float32).reshape(height, width)
    labels = np.array([data.draw(floats) for _ in range(height)], np.float32) if labelled else None
    assert encode_dense(matrix, labels) == per_row.encode_dense(matrix, labels)


def test_many_rows_of_many_lengths_come_out_in_their_order() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(0, 9, 30_000)
    rows = Records(
        np.cumsum([0, *lengths]),
        rng.integers(0, 200_000, lengths.sum()),
        rng.normal(size=lengths.sum()).astype(np.float32),
        rng.integers(0, 2, len(lengths)).astype(np.float32),
        200_000,
    )
    assert encode(rows) == reference(rows)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.uint32, np.uint64])
def test_keys_of_any_integer_type_give_the_same_bytes(kind: Any) -> None:
    keys = np.array([[0, 127], [128, 200]])
    assert encode(Records.of_rows(keys.astype(kind), dim=201)) == encode(Records.of_rows(keys, dim=201))


def test_a_stream_gets_the_same_bytes_and_their_number_is_told() -> None:
    rows = Records.of_rows(np.arange(300_000).reshape(-1, 3), dim=300_000)
    stream = io.BytesIO()
    assert write(stream, rows) == len(stream.getvalue())
    assert stream.getvalue() == encode(rows)


def test_no_rows_give_no_bytes() -> None:
    assert encode(Records.of_rows(np.empty((0, 2), np.int64), dim=5)) == b""


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"indptr": np.array([0, 1, 3])}, "indptr ends at 3"),
        ({"indptr": np.array([0, 2, 1])}, "decrease"),
        ({"indptr": np.array([1, 1, 2])}, "start with 0"),
        ({"keys": np.array([0, 9])}, r"outside \[0, 9\)"),
        ({"keys": np.array([-1, 2])}, r"outside \[0, 9\)"),
        ({"labels": np.zeros(3, np.float32)}, "3 labels for 2 rows"),
        ({"values": np.zeros(1, np.float32)}, "1 values"),
    ],
)
def test_arrays_that_do_not_fit_one_another_are_refused(fault: dict[str, Any], message: str) -> None:
    good = {
        "indptr": np.array([0, 1, 2]),
        "keys": np.array([0, 8]),
        "values": np.ones(2, np.float32),
        "dim": 9,
    }
    with pytest.raises(ValueError, match=message):
        Records(**{**good, **fault})
