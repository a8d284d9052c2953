"""RecordIO-protobuf to rows: each layout is learnt from one record and applied to all that share it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from recordio import varint
from recordio.errors import RecordIOError
from recordio.frames import Frames, find_frames
from recordio.layout import Layout
from recordio.message import Message, parse
from recordio.records import Records
from recordio.spans import column, windows

_MAX_LAYOUTS = 64  # of one frame length; records of rarer layouts are read one by one
_CHUNK_FRAMES = 1 << 14


def decode(data: bytes | memoryview, offset: int = 0) -> Records:
    """The rows of whole frames; ``offset`` is where ``data`` starts in its file, for errors.

    Dense rows get the keys 0, 1, 2, …; ``dim`` is the largest that a row states. ``labels`` is None
    where no row has one.

    Raises:
        RecordIOError: the bytes are not whole frames of Record messages with Float32 features, or some
            rows have labels and some do not.
    """
    frames = find_frames(data, offset)
    if frames.end != len(data):
        raise RecordIOError(offset + frames.end, "the last record is cut off")
    return _decode(frames, offset)


def read(stream: BinaryIO, chunk_bytes: int = 1 << 24) -> Iterator[Records]:
    """The rows of a file, in pieces of about ``chunk_bytes``.

    Raises:
        RecordIOError: as ``decode``; pieces before the fault have been handed out by then.
    """
    rest, offset = b"", 0
    while block := stream.read(max(chunk_bytes, len(rest))):
        data = rest + block
        frames = find_frames(data, offset)
        if len(frames.starts):
            yield _decode(frames, offset)
        rest, offset = data[frames.end :], offset + frames.end
    if rest:
        raise RecordIOError(offset, "the last record is cut off")


@dataclass(frozen=True, eq=False)
class _Group:
    """Rows that were read together; ``values`` and ``keys`` have shape (rows, non-zeros of a row)."""

    rows: NDArray[np.int64]
    values: NDArray[np.float32]
    keys: NDArray[np.int64]
    labels: NDArray[np.float32] | None
    dim: int | None


def _decode(frames: Frames, offset: int) -> Records:
    groups: list[_Group] = []
    for first in range(0, len(frames.starts), _CHUNK_FRAMES):
        payloads = frames.payloads[first : first + _CHUNK_FRAMES]
        order = np.argsort(payloads.astype(np.min_scalar_type(int(payloads.max()))), kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(payloads[order])) + 1):
            groups.extend(_same_length(frames, first + rows, offset))
    return _assembled(groups, frames, offset)


def _same_length(frames: Frames, rows: NDArray[np.int64], offset: int) -> Iterator[_Group]:
    words = 2 + (int(frames.payloads[rows[0]]) + 3) // 4
    block = windows(frames.words, words)[frames.starts[rows]]
    for _ in range(_MAX_LAYOUTS):
        if not len(rows):
            return
        message = _parse(frames, rows[0], offset)
        layout = _layout(message)
        same = _shares(layout, block) if layout.words == words else np.zeros(len(rows), np.bool_)
        if same.all():
            yield _group(layout, frames, rows, block, offset)
            return
        if same[0]:
            yield _group(layout, frames, rows[same], block[same], offset)
        else:
            yield _single(rows[0], message)
            same[0] = True
        rows, block = rows[~same], block[~same]
    for row in rows:
        yield _single(row, _parse(frames, row, offset))


def _parse(frames: Frames, row: np.int64, offset: int) -> Message:
    return parse(frames.payload(int(row)), offset + 4 * (int(frames.starts[row]) + 2))


def _layout(message: Message) -> Layout:
    """The layout that this package's writer would give the message."""
    key_bytes = sum(len(varint.encoded(key)) for key in message.keys)
    dim = message.shape[0] if len(message.shape) == 1 else None
    return Layout(len(message.values), key_bytes, dim, message.label is not None)


def _shares(layout: Layout, block: NDArray[np.void]) -> NDArray[np.bool_]:
    """Which frames have this layout and as many keys as values; shape (rows,)."""
    unit = "<u4" if layout.words % 2 else "<u8"
    found = block.view(unit).reshape(len(block), -1)
    same = np.ones(len(block), np.bool_)
    for place, (mask, constant) in enumerate(
        zip(layout.constant.view(unit), layout.frame.view(unit), strict=True)
    ):
        same &= (found[:, place] & mask) == constant
    if layout.key_bytes:
        last = varint.is_last(_bytes(block, layout.keys_at, layout.key_bytes))
        same &= last[:, -1] & (np.count_nonzero(last, axis=1) == layout.non_zeros)
    return same


def _group(
    layout: Layout, frames: Frames, rows: NDArray[np.int64], block: NDArray[np.void], offset: int
) -> _Group:
    shape = (len(rows), layout.non_zeros)
    values = _floats(block, layout.values_at, layout.non_zeros)
    labels = _floats(block, layout.label_at, 1).reshape(-1) if layout.labelled else None
    if not layout.key_bytes:
        keys = np.broadcast_to(np.arange(layout.non_zeros), shape)
        return _Group(rows, values, keys, labels, layout.dim or layout.non_zeros or None)
    keys = varint.decode(_bytes(block, layout.keys_at, layout.key_bytes).reshape(-1)).reshape(shape)
    if keys.min() < 0 or (layout.dim is not None and keys.max() >= layout.dim):
        for row in rows:  # the first that is wrong raises, and says where
            _parse(frames, row, offset)
    return _Group(rows, values, keys, labels, layout.dim)


def _bytes(block: NDArray[np.void], start: int, length: int) -> NDArray[np.uint8]:
    """The same bytes of every frame; shape (rows, length)."""
    return column(block, start, length).copy().view(np.uint8).reshape(len(block), length)


def _floats(block: NDArray[np.void], start: int, count: int) -> NDArray[np.float32]:
    return _bytes(block, start, 4 * count).view("<f4") if count else np.empty((len(block), 0), np.float32)


def _single(row: np.int64, message: Message) -> _Group:
    keys = np.arange(len(message.values)) if message.dense else np.array(message.keys, np.int64)
    labels = None if message.label is None else np.array([message.label], np.float32)
    values = np.array([message.values], np.float32)
    return _Group(np.array([row]), values, keys[None, :], labels, message.dim)


def _assembled(groups: list[_Group], frames: Frames, offset: int) -> Records:
    rows = len(frames.starts)
    indptr = np.zeros(rows + 1, np.int64)
    for group in groups:
        indptr[group.rows + 1] = group.values.shape[1]
    np.cumsum(indptr, out=indptr)
    keys = np.empty(indptr[-1], np.int64)
    values = np.empty(indptr[-1], np.float32)
    labels = np.empty(rows, np.float32)
    for group in groups:
        places = indptr[group.rows][:, None] + np.arange(group.values.shape[1])
        keys[places], values[places] = group.keys, group.values
        if group.labels is not None:
            labels[group.rows] = group.labels
    dims = [group.dim for group in groups if group.dim is not None]
    return Records(indptr, keys, values, _labels(groups, labels, frames, offset), max(dims, default=None))


def _labels(
    groups: list[_Group], labels: NDArray[np.float32], frames: Frames, offset: int
) -> NDArray[np.float32] | None:
    bare = [group.rows.min() for group in groups if group.labels is None]
    if not bare:
        return labels
    if len(bare) < len(groups):
        start = 4 * int(frames.starts[min(bare)])
        raise RecordIOError(offset + start, "a record without a label among records with labels")
    return None
