"""The phases of a build and how one ends.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


class PhaseError(Exception):
    """Why a phase failed: a status code as CodeBuild names it, and a message."""

    def __init__(self, status_code: str, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.message = message


@dataclass
class Phase:
    """One phase of a build: running until it has a status. Times are seconds since the epoch."""

    name: str
    status: str = ""
    started: float = field(default_factory=time.time)
    ended: float = 0.0
    status_code: str = ""
    message: str = ""

    def end(self, status: str, status_code: str = "", message: str = "") -> None:
        """Close the phase."""
        self.status, self.status_code, self.message = status, status_code, message
        self.ended = time.time()

    def describe(self) -> dict[str, Any]:
        """The phase as the API's ``BuildPhase``."""
        described: dict[str, Any] = {"phaseType": self.name, "startTime": round(self.started, 3)}
        if self.status:
            described["phaseStatus"] = self.status
        if self.ended:
            described |= {
                "endTime": round(self.ended, 3),
                "durationInSeconds": int(self.ended - self.started),
                "contexts": [{"statusCode": self.status_code, "message": self.message}],
            }
        return described
