"""Rows to recordIO-protobuf, a layout at a time instead of a row at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from recordio import varint
from recordio.layout import MAX_PAYLOAD, Layout
from recordio.records import Records

_CHUNK_NON_ZEROS = 1 << 21


def encode(records: Records) -> bytes:
    """The rows as sparse Float32 tensors: values, keys and, where ``dim`` is known, the shape.

    Byte for byte what protobuf writes for the same Record messages, each in its frame.

    Raises:
        ValueError: a row is longer than a frame can hold (512 MB).
    """
    return b"".join(chunk.tobytes() for chunk in _chunks(records))


def encode_dense(matrix: NDArray[np.float32], labels: NDArray[np.float32] | None = None) -> bytes:
    """The rows of ``matrix``, shape (n, features), as dense Float32 tensors: values alone.

    Raises:
        ValueError: a row is longer than a frame can hold, or ``labels`` is not of shape (n,).
    """
    if matrix.ndim != 2 or (labels is not None and labels.shape != matrix.shape[:1]):
        raise ValueError("a dense matrix has two dimensions and a label for each row")
    layout = _checked(Layout(matrix.shape[1], 0, None, labels is not None))
    rows = np.ascontiguousarray(matrix, "<f4")
    return _frames(layout, len(rows), rows, np.empty((len(rows), 0), np.uint8), labels).tobytes()


def write(stream: BinaryIO, records: Records) -> int:
    """Write what ``encode`` gives, in pieces of a few megabytes; returns the number of bytes.

    Raises:
        ValueError: as ``encode``.
        OSError: the stream's own, such as a full disk.
    """
    written = 0
    for chunk in _chunks(records):
        stream.write(chunk.data)
        written += chunk.nbytes
    return written


def _chunks(records: Records) -> Iterator[NDArray[np.uint8]]:
    """Frames of as many rows at a time as have about ``_CHUNK_NON_ZEROS`` values."""
    start = 0
    while start < len(records):
        end = np.searchsorted(records.indptr, records.indptr[start] + _CHUNK_NON_ZEROS, "right") - 1
        stop = min(max(int(end), start + 1), start + _CHUNK_NON_ZEROS)
        yield _encode(records.rows(start, stop))
        start = stop


def _encode(records: Records) -> NDArray[np.uint8]:
    width = varint.widths(records.keys)
    stream = varint.encode(records.keys, width)
    key_ends = np.zeros(len(width) + 1, np.int64)
    np.cumsum(width, out=key_ends[1:])
    key_starts = key_ends[records.indptr]
    values = records.values.astype("<f4", copy=False)

    groups = [
        (rows, _checked(Layout(non_zeros, key_bytes, records.dim, records.labels is not None)))
        for (non_zeros, key_bytes), rows in _by_form(np.diff(records.indptr), np.diff(key_starts))
    ]
    words = np.empty(len(records), np.int64)
    for rows, layout in groups:
        words[rows] = layout.words
    ends = np.cumsum(words)
    output = np.empty(int(ends[-1]), "<u4")
    for rows, layout in groups:
        frames = _frames(
            layout,
            len(rows),
            values[_spans(records.indptr[rows], layout.non_zeros)],
            stream[_spans(key_starts[rows], layout.key_bytes)],
            None if records.labels is None else records.labels[rows],
        )
        if len(groups) == 1:
            return frames.reshape(-1)
        output[_spans(ends[rows] - layout.words, layout.words)] = frames.view("<u4")
    return output.view(np.uint8)


def _by_form(
    non_zeros: NDArray[np.int64], key_bytes: NDArray[np.int64]
) -> Iterator[tuple[tuple[int, int], NDArray[np.int64]]]:
    """The rows of each pair of row length and key length."""
    span = int(key_bytes.max()) + 1
    form = non_zeros * span + key_bytes
    # A small integer type makes numpy sort by radix.
    order = np.argsort(form.astype(np.min_scalar_type(int(form.max()))), kind="stable")
    breaks = np.flatnonzero(np.diff(form[order])) + 1
    for rows in np.split(order, breaks):
        yield divmod(int(form[rows[0]]), span), rows


def _spans(starts: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Indices of ``length`` places from each start; shape (starts, length)."""
    return starts[:, None] + np.arange(length)


def _frames(
    layout: Layout,
    rows: int,
    values: NDArray[Any],
    keys: NDArray[np.uint8],
    labels: NDArray[np.float32] | None,
) -> NDArray[np.uint8]:
    """The frames of rows that share a layout; shape (rows, 4 * words)."""
    frames = np.empty((rows, 4 * layout.words), np.uint8)
    frames[:] = layout.frame
    frames[:, layout.values_at : layout.values_at + 4 * layout.non_zeros] = values.view(np.uint8)
    frames[:, layout.keys_at : layout.keys_at + layout.key_bytes] = keys
    if labels is not None:
        label = np.ascontiguousarray(labels, "<f4").view(np.uint8).reshape(-1, 4)
        frames[:, layout.label_at : layout.label_at + 4] = label
    return frames


def _checked(layout: Layout) -> Layout:
    if layout.payload > MAX_PAYLOAD:
        raise ValueError(
            f"a row of {layout.non_zeros} values takes more than the {MAX_PAYLOAD} bytes of a frame"
        )
    return layout
