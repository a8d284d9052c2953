"""Report groups and the reports in them; moto has neither."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import uuid4

from local_aws.codebuild.junit import TestCase
from local_aws.codebuild.report import Report
from local_aws.hooks import Call, Hooks, Params, ServiceError

_NO_EXPORT = {"exportConfigType": "NO_EXPORT"}


class ReportGroups:
    """The store behind CodeBuild's report operations.

    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateReportGroup.html
    """

    def __init__(self, hooks: Hooks) -> None:
        self._groups: dict[str, dict[str, Any]] = {}
        self._reports: dict[str, Report] = {}
        self._lock = threading.RLock()
        for operation, handler in {
            "CreateReportGroup": self._create,
            "UpdateReportGroup": self._update,
            "DeleteReportGroup": self._delete,
            "BatchGetReportGroups": self._describe,
            "ListReportGroups": self._list,
            "ListReports": self._list_all_reports,
            "ListReportsForReportGroup": self._list_reports,
            "BatchGetReports": self._describe_reports,
            "DescribeTestCases": self._describe_cases,
            "DeleteReport": self._delete_report,
        }.items():
            hooks.handle("codebuild", operation, handler)

    def add(self, project_arn: str, group: str, build_arn: str, cases: list[TestCase]) -> Report:
        """Keep a build's report; the group ``<project>-<group>`` is made where ``group`` is not an ARN.

        Raises:
            LookupError: the ARN is not of a group.
        """
        with self._lock:
            prefix = project_arn.partition(":project/")[0]
            arn = self.arn(project_arn, group)
            if arn not in self._groups:
                if arn == group:
                    raise LookupError(f"there is no report group {arn}")
                self._add_group(arn, {"type": "TEST", "exportConfig": _NO_EXPORT})
            name = arn.rpartition("/")[2]
            report_arn = f"{prefix}:report/{name}:{uuid4()}"
            report = Report(report_arn, arn, build_arn, tuple(cases), self._groups[arn]["exportConfig"])
            self._reports[report_arn] = report
            return report

    @staticmethod
    def arn(project_arn: str, group: str) -> str:
        """The ARN of a group that a project's buildspec names."""
        prefix, _, project = project_arn.partition(":project/")
        return group if group.startswith("arn:") else f"{prefix}:report-group/{project}-{group}"

    def _add_group(self, arn: str, params: Params) -> dict[str, Any]:
        now = round(time.time(), 3)
        self._groups[arn] = {
            "arn": arn,
            "name": arn.rpartition("/")[2],
            "type": params["type"],
            "exportConfig": params["exportConfig"],
            "created": now,
            "lastModified": now,
            "tags": params.get("tags", []),
            "status": "ACTIVE",
        }
        return self._groups[arn]

    def _create(self, call: Call) -> Params:
        arn = call.arn("codebuild", f"report-group/{call.params['name']}")
        with self._lock:
            if arn in self._groups:
                raise ServiceError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
            return {"reportGroup": self._add_group(arn, call.params)}

    def _update(self, call: Call) -> Params:
        group = self._group(call.params["arn"])
        group |= {key: call.params[key] for key in ("exportConfig", "tags") if key in call.params}
        group["lastModified"] = round(time.time(), 3)
        return {"reportGroup": group}

    def _delete(self, call: Call) -> Params:
        arn = call.params["arn"]
        with self._lock:
            reports = [report.arn for report in self._reports.values() if report.group_arn == arn]
            if reports and not call.params.get("deleteReports"):
                raise ServiceError("InvalidInputException", f"Report group {arn} still has reports")
            for report in reports:
                del self._reports[report]
            self._groups.pop(arn, None)
        return {}

    def _describe(self, call: Call) -> Params:
        arns = call.params["reportGroupArns"]
        return {
            "reportGroups": [self._groups[arn] for arn in arns if arn in self._groups],
            "reportGroupsNotFound": [arn for arn in arns if arn not in self._groups],
        }

    def _list(self, call: Call) -> Params:
        return {"reportGroups": [arn for arn in self._groups if _is_of(call, arn)]}

    def _list_all_reports(self, call: Call) -> Params:
        return {"reports": self._newest(call, [r for r in self._reports.values() if _is_of(call, r.arn)])}

    def _list_reports(self, call: Call) -> Params:
        arn = self._group(call.params["reportGroupArn"])["arn"]
        return {"reports": self._newest(call, [r for r in self._reports.values() if r.group_arn == arn])}

    def _newest(self, call: Call, reports: list[Report]) -> list[str]:
        wanted = call.params.get("filter", {}).get("status")
        arns = [report.arn for report in reports if wanted in (None, report.status)]
        return arns if call.params.get("sortOrder") == "ASCENDING" else arns[::-1]

    def _describe_reports(self, call: Call) -> Params:
        arns = call.params["reportArns"]
        return {
            "reports": [self._reports[arn].describe() for arn in arns if arn in self._reports],
            "reportsNotFound": [arn for arn in arns if arn not in self._reports],
        }

    def _describe_cases(self, call: Call) -> Params:
        report = self._reports.get(call.params["reportArn"])
        if report is None:
            raise ServiceError(
                "ResourceNotFoundException", f"Report {call.params['reportArn']} does not exist"
            )
        wanted = call.params.get("filter", {}).get("status")
        cases = [case for case in report.cases if wanted in (None, case.status)]
        start, size = int(call.params.get("nextToken") or 0), call.params.get("maxResults") or 100
        page: Params = {"testCases": [case.describe(report.arn) for case in cases[start : start + size]]}
        return page | ({"nextToken": str(start + size)} if start + size < len(cases) else {})

    def _delete_report(self, call: Call) -> Params:
        self._reports.pop(call.params["arn"], None)
        return {}

    def _group(self, arn: str) -> dict[str, Any]:
        if arn not in self._groups:
            raise ServiceError("ResourceNotFoundException", f"Report group {arn} does not exist")
        return self._groups[arn]


def _is_of(call: Call, arn: str) -> bool:
    return arn.startswith(call.arn("codebuild", ""))
