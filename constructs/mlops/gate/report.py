"""What follows from what a gate found: the verdict, its consequence and the one-line summary."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.spec.gate_report import Check, Findings, Verdict

# The approval's text holds 1,000 characters, and the summary is only a part of it.
SUMMARY_LENGTH = 300


def verdict_of(checks: tuple[Check, ...]) -> Verdict:
    """Passed if something was judged and nothing failed; "not applicable" alone is no pass."""
    outcomes = {check.outcome for check in checks}
    return "passed" if "pass" in outcomes and "fail" not in outcomes else "blocked"


def summary_of(findings: Findings, verdict: Verdict) -> str:
    """The failures, or else the figures, in one line of at most ``SUMMARY_LENGTH`` characters."""
    if verdict == "blocked":
        parts = [_brief(check) for check in findings.checks if check.outcome == "fail"]
    else:
        parts = [_brief(check) for check in findings.checks if check.low is not None]
        parts += [f"latency {name} {ms:.0f} ms" for name, ms in findings.latency_ms.items() if "p99" in name]
        parts.append(f"{findings.rows} rows")
    return one_line(verdict, parts)


def _brief(check: Check) -> str:
    if check.low is None:
        return f"{check.name}: {check.reason}"
    misses = "misses " if check.outcome == "fail" else ""
    return f"{check.name} {check.value:.3f} [{check.low:.3f}, {check.high:.3f}] {misses}{check.limit}"


def one_line(verdict: str, parts: Sequence[str]) -> str:
    """``VERDICT: part; part``, cut at ``SUMMARY_LENGTH``."""
    line = " ".join(f"{verdict.upper()}: {'; '.join(parts)}".split())
    return line if len(line) <= SUMMARY_LENGTH else f"{line[: SUMMARY_LENGTH - 1]}…"


def consequence_of(verdict: Verdict, environment: str, *, goes_back: bool = False) -> str:
    """What follows from the verdict; ``goes_back``: the pipeline then brings the release before back."""
    if verdict == "passed":
        return "The release goes on." if environment == "qa" else "PROD serves this release."
    if environment == "qa":
        return "The pipeline stops here; PROD is not changed."
    if goes_back:
        return "The pipeline ends failed, and brings PROD back to the release that passed there before."
    return "PROD may serve this release all the same: docs/operations.md says how to bring back another."
