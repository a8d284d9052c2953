"""A build's folders and the files in them: its sources fetched, its buildspec read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from botocore.exceptions import ClientError

from local_aws.codebuild.build import Build
from local_aws.codebuild.buildspec import Buildspec, BuildspecError, is_inline, parse
from local_aws.codebuild.job import S3Object
from local_aws.codebuild.phase import PhaseError
from local_aws.codebuild.sources import fetch
from local_aws.runtime import Runtime


class Workspace:
    """``source`` is the working folder, ``secondary`` the other sources' folders by identifier."""

    def __init__(self, runtime: Runtime, build: Build) -> None:
        self._s3 = runtime.client("s3", build.account_region)
        self._build = build
        self.source = build.folder / "src"
        self.secondary: Mapping[str, Path] = {}

    def fetch(self) -> None:
        """Put every source into its folder.

        Raises:
            PhaseError: a source is missing, or of a kind that the local AWS does not have.
        """
        self.source.mkdir(parents=True)
        job = self._build.job
        if job is not None:
            others = {name: where for name, where in job.inputs.items() if name != job.primary}
            self.secondary = {name: self._build.folder / "sources" / name for name in others}
            fetch(self._s3, job.inputs[job.primary], self.source)
            for name, where in others.items():
                fetch(self._s3, where, self.secondary[name])
            return
        source = self._build.source
        self._fetch(source["type"], source.get("location", ""), self._build.source_version, self.source)
        self._fetch_secondary()

    def _fetch_secondary(self) -> None:
        request = self._build.request
        versions = request.get("secondarySourcesVersionOverride", [])
        by_name = {version["sourceIdentifier"]: version["sourceVersion"] for version in versions}
        sources = self._build.setting("secondarySources", [])
        self.secondary = {
            s["sourceIdentifier"]: self._build.folder / "sources" / s["sourceIdentifier"] for s in sources
        }
        for source in sources:
            name = source["sourceIdentifier"]
            self._fetch(
                source["type"], source.get("location", ""), by_name.get(name, ""), self.secondary[name]
            )

    def _fetch(self, kind: str, location: str, version: str, folder: Path) -> None:
        if kind == "S3":
            fetch(self._s3, S3Object.at(location), folder, version)
        elif kind == "CODEPIPELINE":
            raise PhaseError(
                "CLIENT_ERROR", "a source of type CODEPIPELINE is there only for CodePipeline's builds"
            )
        elif kind != "NO_SOURCE":
            raise PhaseError(
                "CLIENT_ERROR",
                f"source type: given {kind}; allowed on the local AWS: CODEPIPELINE, S3, NO_SOURCE. "
                "Push to the local git repository and let a pipeline's Source action fetch it.",
            )

    def buildspec(self) -> Buildspec:
        """The build's buildspec: inline, a file of the source, or an object's ARN.

        Raises:
            PhaseError: it is missing or wrong; every problem is in the message.
        """
        given = self._build.source.get("buildspec") or "buildspec.yml"
        try:
            return parse(self._text(given))
        except BuildspecError as error:
            where = "the project's buildspec" if is_inline(given) else given
            raise PhaseError("YAML_FILE_ERROR", f"{where}: {error}") from error

    def _text(self, given: str) -> str:
        if is_inline(given):
            return given
        if given.startswith("arn:"):
            where = S3Object.at(given)
            try:
                return str(self._s3.get_object(Bucket=where.bucket, Key=where.key)["Body"].read().decode())
            except ClientError as error:
                raise PhaseError("YAML_FILE_ERROR", f"{given}: {error}") from error
        path = self.source / given
        if not path.is_file():
            raise PhaseError("YAML_FILE_ERROR", f"YAML file does not exist: {given} is not in the source")
        return path.read_text(encoding="utf-8", errors="replace")
