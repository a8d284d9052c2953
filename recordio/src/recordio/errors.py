"""What can be wrong with recordIO bytes."""

from __future__ import annotations


class RecordIOError(ValueError):
    """Bytes that are not recordIO-protobuf; ``offset`` is where the fault starts."""

    def __init__(self, offset: int, reason: str) -> None:
        self.offset = offset
        self.reason = reason
        super().__init__(f"byte {offset}: {reason}")
