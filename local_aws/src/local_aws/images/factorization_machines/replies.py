"""Replies: JSON, JSON lines, recordIO-protobuf.

https://docs.aws.amazon.com/sagemaker/latest/dg/fm-in-formats.html
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from local_aws.images.factorization_machines.model import Floats
from local_aws.images.factorization_machines.requests import JSON, JSON_LINES, RECORDIO
from local_aws.images.inference_server import Prediction, RequestError

_MAGIC = 0xCED7230A
_ANYTHING = ("", "*/*", "application/*")


def reply(scores: Floats, *, classifier: bool, accept: str) -> Prediction:
    """The scores, shape (n,), in the first format of ``accept`` that there is; JSON without one.

    A classifier's rows carry the label at the threshold 0.5 as well.

    Raises:
        RequestError: 406 when no accepted format exists.
    """
    for part in accept.split(","):
        media_type = part.partition(";")[0].strip().lower()
        if media_type in _ANYTHING or media_type == JSON:
            return Prediction(json.dumps({"predictions": _rows(scores, classifier)}).encode(), JSON)
        if media_type == JSON_LINES:
            lines = "".join(json.dumps(row) + "\n" for row in _rows(scores, classifier))
            return Prediction(lines.encode(), JSON_LINES)
        if media_type == RECORDIO:
            return Prediction(_records(scores, classifier), RECORDIO)
    raise RequestError(406, f"Accept {accept} is not offered; use one of {JSON}, {JSON_LINES}, {RECORDIO}.")


def _rows(scores: Floats, classifier: bool) -> list[dict[str, Any]]:
    if not classifier:
        return [{"score": score} for score in scores.tolist()]
    return [{"score": score, "predicted_label": int(score > 0.5)} for score in scores.tolist()]


def _records(scores: Floats, classifier: bool) -> bytes:
    """One Record message a row, with ``score`` and ``predicted_label`` in its map of labels."""
    payload = _label("score") + (_label("predicted_label") if classifier else b"")
    framed = struct.pack("<II", _MAGIC, len(payload)) + payload
    framed += bytes(-len(framed) % 4)
    frames = np.tile(np.frombuffer(framed, np.uint8), (len(scores), 1))
    score_at = 8 + len(_label("score")) - 4
    frames[:, score_at : score_at + 4] = scores.astype("<f4")[:, None].view(np.uint8)
    if classifier:
        label_at = 8 + len(payload) - 4
        frames[:, label_at : label_at + 4] = (scores > 0.5).astype("<f4")[:, None].view(np.uint8)
    return frames.tobytes()


def _label(name: str) -> bytes:
    """An entry of Record's field ``label`` (2) that holds one Float32, which is its last four bytes."""
    tensor = b"\x0a\x04" + bytes(4)
    value = b"\x12" + bytes([len(tensor)]) + tensor
    entry = b"\x0a" + bytes([len(name)]) + name.encode() + b"\x12" + bytes([len(value)]) + value
    return b"\x12" + bytes([len(entry)]) + entry
