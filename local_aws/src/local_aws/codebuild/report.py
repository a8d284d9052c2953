"""A test report: what one build wrote for one report group."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from local_aws.codebuild.junit import TestCase

_KEPT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Report:
    """One report; ``arn`` ends in ``report/<group>:<id>``."""

    arn: str
    group_arn: str
    build_arn: str
    cases: tuple[TestCase, ...]
    export: dict[str, Any]
    created: float = field(default_factory=time.time)

    @property
    def status(self) -> str:
        """SUCCEEDED, or FAILED when a case failed or broke."""
        bad = any(case.status in ("FAILED", "ERROR") for case in self.cases)
        return "FAILED" if bad else "SUCCEEDED"

    def describe(self) -> dict[str, Any]:
        """The report as the API's ``Report``."""
        counts = Counter(case.status for case in self.cases)
        statuses = ("SUCCEEDED", "FAILED", "ERROR", "SKIPPED", "UNKNOWN")
        return {
            "arn": self.arn,
            "type": "TEST",
            "name": self.arn.rpartition("/")[2],
            "reportGroupArn": self.group_arn,
            "executionId": self.build_arn,
            "status": self.status,
            "created": round(self.created, 3),
            "expired": round(self.created + _KEPT_SECONDS, 3),
            "exportConfig": self.export,
            "truncated": False,
            "testSummary": {
                "total": len(self.cases),
                "statusCounts": {status: counts[status] for status in statuses},
                "durationInNanoSeconds": int(sum(case.seconds for case in self.cases) * 1e9),
            },
        }
