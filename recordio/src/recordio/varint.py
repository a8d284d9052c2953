"""Protobuf's variable-length integers, many at once.

Seven bits a byte, least significant first; the top bit says that more follow:
https://protobuf.dev/programming-guides/encoding/#varints
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MORE = 0x80
_MAX_BYTES = 9  # 63 bits


def encoded(number: int) -> bytes:
    """One varint."""
    parts = bytearray()
    while number >= _MORE:
        parts.append(number & 0x7F | _MORE)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def widths(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """How many bytes each number takes; numbers must not be negative."""
    result = np.ones(len(numbers), np.uint8)
    largest = int(numbers.max()) if len(numbers) else 0
    for bits in range(7, largest.bit_length(), 7):
        result += numbers >= (1 << bits)
    return result


def encode(numbers: NDArray[Any], width: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All numbers one behind another; ``width`` is ``widths(numbers)``."""
    if not len(width) or width.max() == 1:
        return numbers.astype(np.uint8)
    ends = np.cumsum(width, dtype=np.int64)
    stream = np.empty(ends[-1], np.uint8)
    first = ends - width
    while len(first):
        longer = np.flatnonzero(width > 1)
        stream[first] = (numbers & 0x7F).astype(np.uint8) | ((width > 1).view(np.uint8) << 7)
        numbers, width, first = numbers[longer] >> 7, width[longer] - 1, first[longer] + 1
    return stream


def is_last(stream: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For each byte, whether a number ends there."""
    return stream < _MORE


def decode(stream: NDArray[np.uint8]) -> NDArray[np.int64]:
    """All numbers of a stream whose last byte ends a number; -1 for one of more than 63 bits."""
    last = np.flatnonzero(is_last(stream))
    if len(last) == len(stream):
        return stream.astype(np.int64)
    first = np.empty_like(last)
    first[0] = 0
    first[1:] = last[:-1] + 1
    width = last - first + 1
    numbers = (stream[first] & 0x7F).astype(np.int64)
    for place in range(1, min(int(width.max()), _MAX_BYTES)):
        longer = np.flatnonzero(width > place)
        numbers[longer] |= (stream[first[longer] + place] & 0x7F).astype(np.int64) << (7 * place)
    numbers[width > _MAX_BYTES] = -1
    return numbers
