"""Rows to recordIO-protobuf, a layout at a time instead of a row at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from recordio import varint
from recordio.layout import MAX_PAYLOAD, Layout
from recordio.records import Records
from recordio.spans import column, windows

_CHUNK = 1 << 14  # rows or values


def encode(records: Records) -> bytes:
    """The rows as sparse Float32 tensors: values, keys and, where ``dim`` is known, the shape.

    Byte for byte what protobuf writes for the same Record messages, each in its frame.

    Raises:
        ValueError: a row is longer than a frame can hold (512 MB).
    """
    return b"".join(chunk.data for chunk in _chunks(records))


def encode_dense(matrix: NDArray[np.float32], labels: NDArray[np.float32] | None = None) -> bytes:
    """The rows of ``matrix``, shape (n, features), as dense Float32 tensors: values alone.

    Raises:
        ValueError: a row is longer than a frame can hold, or ``labels`` is not of shape (n,).
    """
    if matrix.ndim != 2 or (labels is not None and labels.shape != matrix.shape[:1]):
        raise ValueError("a dense matrix has two dimensions and a label for each row")
    layout = _checked(Layout(matrix.shape[1], 0, None, labels is not None))
    if not len(matrix):
        return b""
    frames = _blank(layout, len(matrix))
    if layout.non_zeros:
        rows = np.ascontiguousarray(matrix, "<f4").view(f"V{4 * layout.non_zeros}")
        column(frames, layout.values_at, 4 * layout.non_zeros)[:] = rows[:, 0]
    if labels is not None:
        _label(layout, frames, labels)
    return frames.tobytes()


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
    """Frames of so many rows at a time that they stay in the processor's cache."""
    start = 0
    while start < len(records):
        end = np.searchsorted(records.indptr, records.indptr[start] + _CHUNK, "right") - 1
        stop = min(max(int(end), start + 1), start + _CHUNK)
        yield _encode(records.rows(start, stop))
        start = stop


def _encode(records: Records) -> NDArray[np.uint8]:
    width = varint.widths(records.keys)
    key_starts = np.concatenate(([0], np.cumsum(width, dtype=np.int64)))[records.indptr]
    values = np.ascontiguousarray(records.values, "<f4")
    stream = varint.encode(records.keys, width)
    groups = [
        (rows, _checked(Layout(non_zeros, key_bytes, records.dim, records.labels is not None)))
        for (non_zeros, key_bytes), rows in _by_form(np.diff(records.indptr), np.diff(key_starts))
    ]
    words = np.empty(len(records), np.int64)
    for rows, layout in groups:
        words[rows] = layout.words
    starts = np.cumsum(words) - words
    output = np.empty(int(starts[-1] + words[-1]), "<u4")
    for rows, layout in groups:
        frames = _blank(layout, len(rows))
        if layout.non_zeros:
            runs = windows(values, layout.non_zeros)
            column(frames, layout.values_at, 4 * layout.non_zeros)[:] = runs[records.indptr[rows]]
            runs = windows(stream, layout.key_bytes)
            column(frames, layout.keys_at, layout.key_bytes)[:] = runs[key_starts[rows]]
        if records.labels is not None:
            _label(layout, frames, records.labels[rows])
        windows(output, layout.words)[starts[rows]] = frames
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


def _blank(layout: Layout, rows: int) -> NDArray[np.void]:
    """So many frames with zeros for values, keys and label."""
    frames = np.empty(rows, f"V{4 * layout.words}")
    frames[:] = layout.frame.view(frames.dtype)
    return frames


def _label(layout: Layout, frames: NDArray[np.void], labels: NDArray[np.float32]) -> None:
    column(frames, layout.label_at, 4)[:] = np.ascontiguousarray(labels, "<f4").view("V4")


def _checked(layout: Layout) -> Layout:
    if layout.payload > MAX_PAYLOAD:
        raise ValueError(
            f"a row of {layout.non_zeros} values takes more than the {MAX_PAYLOAD} bytes of a frame"
        )
    return layout
