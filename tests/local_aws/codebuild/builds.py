"""What the tests of builds share: a project made, a build started and awaited, a zip made and read."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from local_aws.server import LocalAws


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@dataclass
class Builds:
    """CodeBuild of a local AWS, with a bucket for sources and artifacts."""

    aws: LocalAws
    bucket: str
    s3: Any = field(init=False)
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.s3 = self.aws.runtime.client("s3")
        self.client = self.aws.runtime.client("codebuild")

    def project(self, buildspec: str, **settings: Any) -> str:
        name = f"project-{uuid4()}"
        defaults: dict[str, Any] = {
            "source": {"type": "NO_SOURCE", "buildspec": buildspec},
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            "serviceRole": f"arn:aws:iam::{self.aws.runtime.account_id}:role/build",
        }
        self.client.create_project(name=name, **{**defaults, **settings})
        return name

    def source(self, files: dict[str, str]) -> str:
        key = f"{uuid4()}.zip"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=zipped(files))
        return f"{self.bucket}/{key}"

    def start(self, project: str, **overrides: Any) -> str:
        return str(self.client.start_build(projectName=project, **overrides)["build"]["id"])

    def get(self, build_id: str) -> dict[str, Any]:
        build: dict[str, Any] = self.client.batch_get_builds(ids=[build_id])["builds"][0]
        return build

    def finished(self, build_id: str) -> dict[str, Any]:
        for _ in range(4800):
            build = self.get(build_id)
            if build["buildComplete"]:
                return build
            time.sleep(0.05)
        raise AssertionError(f"{build_id} does not end: {build}")

    def run(
        self, buildspec: str, *, settings: dict[str, Any] | None = None, **overrides: Any
    ) -> dict[str, Any]:
        return self.finished(self.start(self.project(buildspec, **(settings or {})), **overrides))

    def log(self, build: dict[str, Any]) -> str:
        logs = self.aws.runtime.client("logs")
        where = {"logGroupName": build["logs"]["groupName"], "logStreamName": build["logs"]["streamName"]}
        events: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            page = logs.get_log_events(startFromHead=True, **where, **token)
            if not page["events"]:
                return "".join(event["message"] for event in events)
            events += page["events"]
            token = {"nextToken": page["nextForwardToken"]}

    def log_file(self, build: dict[str, Any]) -> str:
        folder: Path = (
            self.aws.runtime.folder / "codebuild" / build["projectName"] / build["id"].split(":")[1]
        )
        return (folder / "build.log").read_text()


def phase(build: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(p for p in build["phases"] if p["phaseType"] == name)
    return found


def names(build: dict[str, Any]) -> list[str]:
    return [p["phaseType"] for p in build["phases"]]
