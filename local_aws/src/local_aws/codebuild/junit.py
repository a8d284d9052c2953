"""Test cases out of JUnit XML files, as CodeBuild's reports list them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree


@dataclass(frozen=True)
class TestCase:
    """One case: ``status`` is SUCCEEDED, FAILED, ERROR or SKIPPED, ``seconds`` its duration."""

    __test__ = False  # not a test of pytest's

    suite: str
    prefix: str
    name: str
    status: str
    seconds: float
    message: str
    file: str

    def describe(self, report_arn: str) -> dict[str, Any]:
        """The case as the API's ``TestCase``."""
        return {
            "reportArn": report_arn,
            "testRawDataPath": self.file,
            "prefix": self.prefix,
            "name": self.name,
            "status": self.status,
            "durationInNanoSeconds": int(self.seconds * 1e9),
            "message": self.message,
            "testSuiteName": self.suite,
        }


def read(path: Path, name: str) -> list[TestCase]:
    """The test cases of a file, which the report calls ``name``.

    Raises:
        ValueError: it is not XML.
    """
    try:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - the build wrote it, and expat bounds entities
    except ElementTree.ParseError as error:
        raise ValueError(f"{name} is not valid XML: {error}") from error
    suites = [root] if root.tag == "testsuite" else root.iter("testsuite")
    return [_case(suite, case, name) for suite in suites for case in suite.findall("testcase")]


def _case(suite: ElementTree.Element, case: ElementTree.Element, file: str) -> TestCase:
    status, message = "SUCCEEDED", ""
    for tag, meaning in (("failure", "FAILED"), ("error", "ERROR"), ("skipped", "SKIPPED")):
        outcome = case.find(tag)
        if outcome is not None:
            status = meaning
            message = outcome.get("message") or (outcome.text or "").strip()
            break
    return TestCase(
        suite.get("name", ""),
        case.get("classname", ""),
        case.get("name", ""),
        status,
        _seconds(case.get("time", "0")),
        message,
        file,
    )


def _seconds(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0.0
