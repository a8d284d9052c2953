"""The report as JUnit XML, which CodeBuild shows as a test report.

https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
"""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from mlops.spec.gate_report import GateReport


def junit(report: GateReport) -> bytes:
    """One test case for each check; an input that forbade judging is an error."""
    failures = [check for check in report.checks if check.outcome == "fail"]
    skipped = [check for check in report.checks if check.outcome == "not applicable"]
    suite = Xml.Element(
        "testsuite",
        name=f"gate {report.example} {report.environment}".strip(),
        tests=str(len(report.checks) + len(report.problems)),
        failures=str(len(failures)),
        errors=str(len(report.problems)),
        skipped=str(len(skipped)),
        time=f"{report.seconds:.3f}",
        timestamp=report.started_at.isoformat(timespec="seconds"),
    )
    for check in report.checks:
        case = _case(suite, report, check.name)
        if check.outcome == "fail":
            Xml.SubElement(case, "failure", message=f"{check.name}: {check.reason}").text = report.consequence
        elif check.outcome == "not applicable":
            Xml.SubElement(case, "skipped", message=check.reason)
        else:
            Xml.SubElement(case, "system-out").text = check.reason
    for number, problem in enumerate(report.problems, start=1):
        Xml.SubElement(_case(suite, report, f"input {number}"), "error", message=problem)
    suites = Xml.Element("testsuites")
    suites.append(suite)
    Xml.indent(suites)
    return bytes(Xml.tostring(suites, encoding="utf-8", xml_declaration=True))


def _case(suite: Xml.Element, report: GateReport, name: str) -> Xml.Element:
    classname = ".".join(part for part in ("gate", report.example, report.environment) if part)
    # Each check is a moment of one conversation; only the whole has a time.
    return Xml.SubElement(suite, "testcase", classname=classname, name=name, time="0")
