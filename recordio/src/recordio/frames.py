"""Where the frames of a recordIO file stand.

A frame is the magic number and the payload's length, both little-endian in 32 bits, then the payload,
padded with zeros to a multiple of four bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recordio.errors import RecordIOError
from recordio.layout import MAGIC, MAX_PAYLOAD


@dataclass(frozen=True, eq=False)
class Frames:
    """The whole frames of a buffer.

    Attributes:
        words: uint32, the buffer in units of four bytes.
        starts: int64, shape (n,), in words.
        payloads: int64, shape (n,), in bytes.
        end: the byte behind the last whole frame.
    """

    words: NDArray[np.uint32]
    starts: NDArray[np.int64]
    payloads: NDArray[np.int64]
    end: int

    def payload(self, row: int) -> bytes:
        """The payload of one frame."""
        start = 4 * (int(self.starts[row]) + 2)
        return self.words.view(np.uint8)[start : start + int(self.payloads[row])].tobytes()


def find_frames(data: bytes | memoryview, offset: int = 0) -> Frames:
    """The whole frames from the beginning of ``data``; what is cut off at its end is left out.

    Raises:
        RecordIOError: something else stands where a frame should.
    """
    words = np.frombuffer(data, "<u4", len(data) // 4)
    starts = np.flatnonzero(words[:-1] == MAGIC)
    ends = _ends(words, starts)
    if len(starts) and ends[-1] > len(words):
        starts, ends = starts[:-1], ends[:-1]
    # A payload may hold the magic number as well: then, as in corrupt data, the chain does not close.
    if not _is_chain(starts, ends, len(words)):
        starts = _walk(words, offset)
        ends = _ends(words, starts)
    end = int(ends[-1]) if len(ends) else 0
    return Frames(words, starts, words[starts + 1].astype(np.int64), 4 * end)


def _ends(words: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    return starts + 2 + (words[starts + 1].astype(np.int64) + 3) // 4


def _is_chain(starts: NDArray[np.int64], ends: NDArray[np.int64], words: int) -> bool:
    return bool(len(starts) and starts[0] == 0 and ends[-1] == words and (ends[:-1] == starts[1:]).all())


def _walk(words: NDArray[np.uint32], offset: int) -> NDArray[np.int64]:
    starts = []
    at = 0
    while at + 1 < len(words):
        magic, length = int(words[at]), int(words[at + 1])
        if magic != MAGIC:
            raise RecordIOError(offset + 4 * at, f"{magic:#010x} where a record starts with {MAGIC:#010x}")
        if length > MAX_PAYLOAD:
            raise RecordIOError(offset + 4 * at, "a record split over several frames, which is not read")
        end = at + 2 + (length + 3) // 4
        if end > len(words):
            break
        starts.append(at)
        at = end
    return np.array(starts, np.int64)
