"""What a check has found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ends; everything but ``FAULT`` lets the pipelines run, as far as the doctor can tell."""

    OK = "ok"
    LATER = "later"
    UNKNOWN = "unknown"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what is the case, and the command or page that fixes it.

    Every finding but an ``OK`` has a remedy.
    """

    subject: str
    verdict: Verdict
    said: str
    remedy: str = ""

    def __post_init__(self) -> None:
        if (self.verdict is Verdict.OK) == bool(self.remedy):
            raise ValueError(f"{self.subject}: a remedy for what is not ok, and none for what is")


def is_bad(finding: Finding) -> bool:
    """Whether the doctor's exit code tells of it."""
    return finding.verdict in (Verdict.FAULT, Verdict.UNKNOWN)


def ok(subject: str, said: str) -> Finding:
    """All is well."""
    return Finding(subject, Verdict.OK, said)


def later(subject: str, said: str, remedy: str) -> Finding:
    """Nothing to look at yet: a stack that makes it is not deployed."""
    return Finding(subject, Verdict.LATER, said, remedy)


def unknown(subject: str, said: str, remedy: str) -> Finding:
    """It could not be looked at."""
    return Finding(subject, Verdict.UNKNOWN, said, remedy)


def fault(subject: str, said: str, remedy: str) -> Finding:
    """The pipelines cannot run like this."""
    return Finding(subject, Verdict.FAULT, said, remedy)
