"""What becomes of a finished build's files: artifacts into S3, test results into report groups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from local_aws.codebuild import junit
from local_aws.codebuild.artifacts import destination, find, pack, upload
from local_aws.codebuild.build import Build
from local_aws.codebuild.buildspec import Artifact, Buildspec, Report
from local_aws.codebuild.job import PipelineJob, S3Object
from local_aws.codebuild.phase import PhaseError
from local_aws.codebuild.report_groups import ReportGroups
from local_aws.iam.access import Access
from local_aws.iam.roles import ServiceRoles


class Outputs:
    """The artifacts and reports of one build; ``say`` writes to its log."""

    def __init__(
        self,
        s3: Any,
        groups: ReportGroups,
        roles: ServiceRoles,
        build: Build,
        source: Path,
        say: Callable[[str], None],
    ) -> None:
        self._s3 = s3
        self._roles = roles
        self._groups = groups
        self._build = build
        self._source = source
        self._say = say

    def keep_artifacts(self, spec: Buildspec, expand: Callable[[str], str]) -> None:
        """Find, pack and upload every artifact that is asked for; ``expand`` evaluates a name.

        Raises:
            PhaseError: files are missing, the buildspec lacks an artifact, or S3 refuses.
        """
        try:
            if self._build.job is not None:
                self._keep_for_pipeline(spec, self._build.job)
            else:
                self._keep_for_project(spec, expand)
        except (BotoCoreError, Boto3Error, ClientError) as error:
            raise PhaseError("CLIENT_ERROR", f"Error while uploading artifacts: {error}") from error

    def _keep_for_pipeline(self, spec: Buildspec, job: PipelineJob) -> None:
        secondary = spec.artifacts.secondary_artifacts
        for name, target in job.outputs.items():
            artifact: Artifact | None = secondary.get(name)
            if artifact is None and len(job.outputs) == 1 and spec.artifacts.files:
                artifact = spec.artifacts
            if artifact is None:
                remedy = (
                    f"artifacts.secondary-artifacts.{name}" if len(job.outputs) > 1 else "artifacts.files"
                )
                raise PhaseError(
                    "CLIENT_ERROR", f"no artifact for the pipeline's {name}: add {remedy} to the buildspec"
                )
            self._keep(artifact, target, job.kms_key, identifier=name if len(job.outputs) > 1 else "")

    def _keep_for_project(self, spec: Buildspec, expand: Callable[[str], str]) -> None:
        primary = self._build.setting("artifacts", {"type": "NO_ARTIFACTS"})
        for wanted in [primary, *self._build.setting("secondaryArtifacts", [])]:
            if wanted["type"] != "S3":
                continue
            identifier = wanted.get("artifactIdentifier", "") if wanted is not primary else ""
            artifact = spec.artifacts.secondary_artifacts.get(identifier) if identifier else spec.artifacts
            if artifact is None or not artifact.files:
                raise PhaseError(
                    "CLIENT_ERROR", f"the buildspec names no files for the artifact {identifier}".rstrip()
                )
            name = wanted.get("name") or self._build.project_name
            if wanted.get("overrideArtifactName") and artifact.name:
                name = expand(artifact.name)
            target = destination(wanted, name, self._build.uuid)
            key = None if wanted.get("encryptionDisabled") else self._build.setting("encryptionKey")
            kms_key = None if key is None or key.endswith("alias/aws/s3") else key
            if wanted.get("packaging") == "ZIP":
                self._keep(artifact, target, kms_key, identifier)
            else:
                self._keep_loose(artifact, target, kms_key, identifier)

    def _keep(self, spec: Artifact, target: S3Object, kms_key: str | None, identifier: str) -> None:
        files = self._find(spec)
        packed = pack(files, self._build.folder / f"artifact-{len(self._build.artifacts)}.zip")
        try:
            upload(self._s3, packed.path, target, kms_key)
        finally:
            packed.path.unlink()
        self._record(target, identifier, {"sha256sum": packed.sha256, "md5sum": packed.md5})

    def _keep_loose(self, spec: Artifact, target: S3Object, kms_key: str | None, identifier: str) -> None:
        for name, path in self._find(spec).items():
            key = f"{target.key}/{name}" if target.key else name
            upload(self._s3, path, S3Object(target.bucket, key), kms_key)
        self._record(target, identifier, {})

    def _find(self, spec: Artifact | Report) -> dict[str, Path]:
        self._say(f"Expanding base directory path: {spec.base_directory}")
        self._say(f"Expanding file paths: {', '.join(spec.files)}")
        files = find(spec, self._source)
        self._say(f"Found {len(files)} file(s)")
        return files

    def _record(self, target: S3Object, identifier: str, sums: dict[str, str]) -> None:
        named = {"artifactIdentifier": identifier} if identifier else {}
        self._build.artifacts.append({"location": target.arn, **named, **sums})

    def keep_reports(self, reports: dict[str, Report], project_arn: str) -> str:
        """Put the test results into their groups; what is missing is said, and fails nothing.

        Returns:
            The problems met, for the phase's message; empty when there were none.
        """
        problems = []
        for group, spec in reports.items():
            try:
                self._say(f"Preparing to copy TEST report {group}")
                files = find(spec, self._source)
                cases = [case for name, path in files.items() for case in junit.read(path, name)]
                self._check_reports(self._groups.arn(project_arn, group))
                report = self._groups.add(project_arn, group, self._build.arn, cases)
                self._build.report_arns.append(report.arn)
            except (PhaseError, ValueError, LookupError) as error:
                problems.append(f"Error in UPLOAD_ARTIFACTS phase: [{group}: {error}]")
                self._say(problems[-1])
        return "\n".join(problems)

    def _check_reports(self, group_arn: str) -> None:
        """https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html"""
        for action in ("CreateReport", "BatchPutTestCases", "UpdateReport"):
            refusal = self._roles.refusal(
                self._build.account_region, Access(f"codebuild:{action}", group_arn)
            )
            if refusal:
                raise PhaseError("CLIENT_ERROR", refusal)
