"""SageMaker's file contract as a training or serving process sees it."""

from __future__ import annotations

import json
import os
from pathlib import Path


class Container:
    """The folders below ``SAGEMAKER_BASE_DIR``, ``/opt/ml`` in a real container.

    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
    """

    def __init__(self) -> None:
        self.base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))

    @property
    def model(self) -> Path:
        """Where training leaves the model and serving finds it."""
        return self.base / "model"

    @property
    def hyperparameters(self) -> dict[str, str]:
        """The job's hyperparameters."""
        text = (self.base / "input/config/hyperparameters.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def channel(self, name: str) -> list[Path]:
        """The channel's files in the order of their names; empty for a channel that the job lacks."""
        folder = self.base / "input/data" / name
        return sorted(path for path in folder.rglob("*") if path.is_file())

    def fail(self, reason: str) -> None:
        """Leave the reason that the job's ``FailureReason`` shows."""
        output = self.base / "output"
        output.mkdir(parents=True, exist_ok=True)
        (output / "failure").write_text(reason, encoding="utf-8")
