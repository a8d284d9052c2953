"""The bytes that records of one form have in common, and where those that differ stand."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recordio import varint

MAGIC = 0xCED7230A
MAX_PAYLOAD = (1 << 29) - 1  # the length's upper three bits mark parts of a split record
_NAME = b"\x0a\x06values"


@dataclass(frozen=True)
class Layout:
    """A frame with one Record message, all records of which differ in values, keys and label only.

    Record and its Float32Tensor: https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html
    Fields stand in the order of their numbers, as protobuf writes them; empty ones are left out.

    Attributes:
        non_zeros: how many values the row has.
        key_bytes: the length of the row's keys as varints; 0 in a dense row.
        dim: the tensor's shape; None where it is left out.
        labelled: whether the row has a label.
    """

    non_zeros: int
    key_bytes: int
    dim: int | None
    labelled: bool

    @cached_property
    def _parts(self) -> tuple[bytes, bytes, bytes]:
        """The payload's constant bytes: before the values, between values and keys, behind the keys."""
        head = b"\x0a" + varint.encoded(4 * self.non_zeros) if self.non_zeros else b""
        key_head = b"\x12" + varint.encoded(self.key_bytes) if self.key_bytes else b""
        dim = b"" if self.dim is None else varint.encoded(self.dim)
        shape = b"\x1a" + varint.encoded(len(dim)) + dim if dim else b""
        behind = 4 * self.non_zeros + len(key_head) + self.key_bytes + len(shape)
        for opening in (b"\x12", _NAME + b"\x12", b"\x0a"):
            head = opening + varint.encoded(len(head) + behind) + head
        return head, key_head, shape + self._label_head

    @property
    def _label_head(self) -> bytes:
        return b"\x12\x12" + _NAME + b"\x12\x08\x12\x06\x0a\x04" if self.labelled else b""

    @cached_property
    def values_at(self) -> int:
        """The offset of the values in the frame."""
        return 8 + len(self._parts[0])

    @cached_property
    def keys_at(self) -> int:
        """The offset of the keys in the frame."""
        return self.values_at + 4 * self.non_zeros + len(self._parts[1])

    @cached_property
    def label_at(self) -> int:
        """The offset of the label in the frame."""
        return self.keys_at + self.key_bytes + len(self._parts[2])

    @cached_property
    def payload(self) -> int:
        """The payload's length in bytes."""
        return self.label_at + 4 * self.labelled - 8

    @cached_property
    def words(self) -> int:
        """The frame's length in units of four bytes, header and padding included."""
        return 2 + (self.payload + 3) // 4

    @cached_property
    def frame(self) -> NDArray[np.uint8]:
        """The frame with zeros for values, keys and label; shape (4 * words,)."""
        head, key_head, tail = self._parts
        content = head + bytes(4 * self.non_zeros) + key_head + bytes(self.key_bytes) + tail
        framed = struct.pack("<II", MAGIC, self.payload) + content
        return np.frombuffer(framed.ljust(4 * self.words, b"\0"), np.uint8)

    @cached_property
    def constant(self) -> NDArray[np.uint8]:
        """255 where a byte is the same in all records of this layout, else 0; shape (4 * words,)."""
        mask = np.full(4 * self.words, 255, np.uint8)
        mask[self.values_at : self.values_at + 4 * self.non_zeros] = 0
        mask[self.keys_at : self.keys_at + self.key_bytes] = 0
        mask[self.label_at : 8 + self.payload] = 0
        mask[8 + self.payload :] = 0
        return mask
