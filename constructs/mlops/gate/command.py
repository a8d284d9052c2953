"""The gate's command: judges, writes the reports, and tells the pipeline by its exit code."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mlops.gate.case import Case, Subject, load_case
from mlops.gate.display import show
from mlops.gate.gate import judge
from mlops.gate.junit import junit
from mlops.gate.page import page
from mlops.gate.report import consequence_of, one_line, summary_of, verdict_of
from mlops.spec import InvalidInputError
from mlops.spec.gate_report import GATE_REPORT, Findings, GateReport, ReleaseFacts, Verdict

EXIT_CODES: dict[Verdict, int] = {"passed": 0, "blocked": 1, "not judged": InvalidInputError.EXIT_CODE}


def run(subject: Subject) -> None:
    """The command line of one example's gate."""

    def gate(
        output: Annotated[
            Path, typer.Option(help="Folder of gate.json, gate.html, junit.xml and summary.txt.")
        ] = Path("gate-report"),
    ) -> None:
        """Judge a deployed endpoint: exit code 0 passed, 1 blocked, 2 not judged for want of valid input.

        Reads ENDPOINT_NAME, MLOPS_ENVIRONMENT, MLOPS_EXAMPLE and CODEBUILD_SRC_DIR_TrainOutput.
        """
        report = judged_report(subject)
        show(report)
        try:
            write(report, output)
        except OSError as error:
            print(f"The report cannot be written to {output}: {error.strerror}.", file=sys.stderr)
            raise typer.Exit(InvalidInputError.EXIT_CODE) from error
        raise typer.Exit(EXIT_CODES[report.verdict])

    typer.run(gate)


def judged_report(subject: Subject) -> GateReport:
    """The report of one run, from the process's environment and the working directory."""
    started_at, started = datetime.now(UTC), time.monotonic()
    case: Case | None = None
    findings = Findings()
    problems: tuple[str, ...] = ()
    try:
        case = load_case(subject, os.environ, Path())
        findings = judge(case)
    except InvalidInputError as error:
        problems = tuple(str(problem) for problem in error.problems)
    verdict: Verdict = "not judged" if problems else verdict_of(findings.checks)
    environment = os.environ.get("MLOPS_ENVIRONMENT", "")
    return GateReport(
        **findings.model_dump(),
        verdict=verdict,
        summary=one_line(verdict, list(problems)) if problems else summary_of(findings, verdict),
        consequence=consequence_of(verdict, environment, goes_back=bool(os.environ.get("RESTORE_ROLE_ARN"))),
        example=subject.example,
        environment=environment,
        started_at=started_at,
        seconds=time.monotonic() - started,
        confidence=case.gate.evaluation.confidence if case else None,
        release=_release_facts(case) if case else None,
        problems=problems,
    )


def _release_facts(case: Case) -> ReleaseFacts:
    release = case.release
    return ReleaseFacts(
        release_id=release.release_id,
        commit=release.commit,
        model_data_url=release.model.model_data_url,
        data=release.data,
    )


def write(report: GateReport, folder: Path) -> None:
    """Write the report as JSON, as JUnit XML, as a page and as one line."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GATE_REPORT).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (folder / "junit.xml").write_bytes(junit(report))
    (folder / "gate.html").write_text(page(report), encoding="utf-8")
    (folder / "summary.txt").write_text(report.summary + "\n", encoding="utf-8")
