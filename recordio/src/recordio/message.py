"""One Record message of any legal protobuf form, read field by field."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from recordio.errors import RecordIOError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
# Tags: a field's number times 8 plus its wire type.
_FIRST, _SECOND = 0x0A, 0x12
_VALUES, _KEYS, _SHAPE = (0x0A, 0x0D), (0x12, 0x10), (0x1A, 0x18)  # packed, one by one
_OTHER_TENSORS = {0x1A: "Float64", 0x3A: "Int32", 0x4A: "Bytes"}
_MAX_VARINT = 9  # bytes, of 7 bits each


@dataclass
class Message:
    """A row: ``keys`` is empty and ``dense`` is true where the tensor has values alone."""

    values: list[float] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    shape: list[int] = field(default_factory=list)
    label: float | None = None

    @property
    def dense(self) -> bool:
        """Whether every feature has a value."""
        return bool(self.values) and not self.keys

    @property
    def dim(self) -> int | None:
        """The number of features, where the row states it."""
        if self.shape:
            return self.shape[-1]
        return len(self.values) if self.dense else None


def parse(payload: bytes, offset: int) -> Message:
    """Read one message; ``offset`` is where it starts in the file.

    Raises:
        RecordIOError: the bytes are not a Record with Float32 features.
    """
    message = Message()
    for tag, content, at in _fields(payload, 0, len(payload), offset):
        if tag == _FIRST:
            _features(payload, content, offset, message)
        elif tag == _SECOND:
            label = Message()
            _features(payload, content, offset, label)
            if len(label.values) != 1:
                raise RecordIOError(offset + at, f"a label of {len(label.values)} values, not one")
            message.label = label.values[0]
    if message.keys and len(message.keys) != len(message.values):
        raise RecordIOError(offset, f"{len(message.keys)} keys for {len(message.values)} values")
    if message.dim is not None and any(key >= message.dim for key in message.keys):
        raise RecordIOError(offset, f"a key of {max(message.keys)} in a tensor of shape {message.dim}")
    return message


Span = tuple[int, int]


def _features(data: bytes, span: Span, offset: int, message: Message) -> None:
    """An entry of the map from names to values; only the name ``values`` has a meaning."""
    name = b""
    for tag, content, at in _fields(data, *span, offset):
        if tag == _FIRST:
            name = data[slice(*content)]
        elif tag == _SECOND and name == b"values":
            _value(data, content, offset, message)
        elif tag == _SECOND:
            raise RecordIOError(
                offset + at, f"features named {name.decode(errors='replace')!r}, not 'values'"
            )


def _value(data: bytes, span: Span, offset: int, message: Message) -> None:
    for tag, content, at in _fields(data, *span, offset):
        if tag == _SECOND:
            _tensor(data, content, offset, message)
        elif tag in _OTHER_TENSORS:
            raise RecordIOError(offset + at, f"a {_OTHER_TENSORS[tag]} tensor; only Float32 is read")


def _tensor(data: bytes, span: Span, offset: int, message: Message) -> None:
    for tag, (start, stop), at in _fields(data, *span, offset):
        if tag in _VALUES:
            if (stop - start) % 4:
                raise RecordIOError(
                    offset + at, f"{stop - start} bytes of Float32 values, not a multiple of 4"
                )
            message.values.extend(struct.unpack(f"<{(stop - start) // 4}f", data[start:stop]))
        elif tag in _KEYS or tag in _SHAPE:
            numbers = message.keys if tag in _KEYS else message.shape
            while start < stop:
                value, start = _varint(data, start, stop, offset)
                numbers.append(value)


def _fields(data: bytes, start: int, stop: int, offset: int) -> Iterator[tuple[int, Span, int]]:
    """Each field's tag, the span of its content, and where it starts."""
    while start < stop:
        at = start
        tag, start = _varint(data, start, stop, offset)
        kind = tag & 7
        if kind == _BYTES:
            length, start = _varint(data, start, stop, offset)
            end = start + length
        elif kind == _VARINT:
            _, end = _varint(data, start, stop, offset)
        elif kind in (_FIXED32, _FIXED64):
            end = start + (4 if kind == _FIXED32 else 8)
        else:
            raise RecordIOError(offset + at, f"a field of wire type {kind}, which protobuf does not have")
        if end > stop:
            raise RecordIOError(offset + at, "a field runs past the end of what holds it")
        yield tag, (start, end), at
        start = end


def _varint(data: bytes, start: int, stop: int, offset: int) -> tuple[int, int]:
    """A number and the place behind it."""
    number = 0
    for shift, place in enumerate(range(start, stop)):
        if shift == _MAX_VARINT:
            raise RecordIOError(offset + start, "a number of more than 63 bits")
        number |= (data[place] & 0x7F) << (7 * shift)
        if data[place] < 0x80:
            return number, place + 1
    raise RecordIOError(offset + start, "a number is cut off")
