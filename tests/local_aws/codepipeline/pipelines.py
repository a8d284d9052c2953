"""What the tests of pipelines share: a git repository, a pipeline made of builds, executions awaited."""

from __future__ import annotations

import io
import json
import os
import subprocess
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from local_aws.git import GitServer
from local_aws.server import LocalAws
from tests.local_aws.codebuild.builds import Builds

Get = Callable[[], dict[str, Any]]
ENDED = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")


def action(name: str, provider: str = "CodeBuild", **settings: Any) -> dict[str, Any]:
    """An ActionDeclaration; ``inputs`` and ``outputs`` are names."""
    category = {"CodeBuild": "Build", "Manual": "Approval"}.get(provider, "Source")
    type_id = {
        "category": settings.pop("category", category),
        "owner": "AWS",
        "provider": provider,
        "version": "1",
    }
    for ours, theirs in (("inputs", "inputArtifacts"), ("outputs", "outputArtifacts")):
        settings[theirs] = [{"name": each} for each in settings.pop(ours, [])]
    return {"name": name, "actionTypeId": type_id, **settings}


@dataclass
class Pipelines:
    """CodePipeline of a local AWS, with a role, an artifact bucket and a git repository."""

    aws: LocalAws
    folder: Path
    builds: Builds
    repository: str = field(default_factory=lambda: f"owner/repo-{uuid4()}")
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.aws.runtime.client("codepipeline")
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "codepipeline.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam = self.aws.runtime.client("iam")
        name = f"pipeline-{uuid4()}"
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        everything = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        }
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(everything))
        self.role = role["Role"]["Arn"]

    def commit(self, files: dict[str, str], message: str = "A commit") -> str:
        work = self.folder / self.repository.replace("/", "-")
        fresh = not work.exists()
        work.mkdir(exist_ok=True)
        for name, text in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text)

        def git(*arguments: str) -> str:
            identity = ["-c", "user.name=Ann Dev", "-c", "user.email=ann@example.com"]
            command = ["git", "-C", str(work), *identity, *arguments]
            environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
            done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            return done.stdout.strip()

        if fresh:
            git("init", "--quiet", "--initial-branch=main")
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", "--message", message)
        bare = GitServer(self.aws.runtime.folder).repository(self.repository)
        git("push", "--quiet", str(bare), "HEAD:refs/heads/main")
        return git("rev-parse", "HEAD")

    def source(self, **settings: Any) -> dict[str, Any]:
        configuration = {
            "ConnectionArn": "arn:aws:codeconnections:eu-west-1:123456789012:connection/x",
            "FullRepositoryId": self.repository,
            "BranchName": "main",
        }
        return action(
            "Source",
            "CodeStarSourceConnection",
            outputs=["SourceOutput"],
            configuration=configuration,
            **settings,
        )

    def build(self, name: str, buildspec: str, variables: Any = None, **settings: Any) -> dict[str, Any]:
        """A CodeBuild action, its project made for it."""
        project = self.builds.project(
            buildspec,
            source={"type": "CODEPIPELINE", "buildspec": buildspec},
            artifacts={"type": "CODEPIPELINE"},
        )
        configuration = {"ProjectName": project, **settings.pop("configuration", {})}
        if variables is not None:
            configuration["EnvironmentVariables"] = json.dumps(variables)
        return action(name, configuration=configuration, **{"inputs": ["SourceOutput"], **settings})

    def create(self, *stages: list[dict[str, Any]], **settings: Any) -> str:
        """A pipeline of a Source stage and of stages named by their first action."""
        name = f"pipeline-{uuid4()}"
        named = [{"name": "Source", "actions": [self.source(namespace="Commit")]}]
        named += [{"name": f"{actions[0]['name']}Stage", "actions": actions} for actions in stages]
        store = {"type": "S3", "location": self.builds.bucket}
        defaults = {
            "name": name,
            "roleArn": self.role,
            "artifactStore": store,
            "stages": named,
            "pipelineType": "V2",
        }
        self.client.create_pipeline(pipeline={**defaults, **settings})
        return name

    def start(self, pipeline: str, **settings: Any) -> str:
        return str(self.client.start_pipeline_execution(name=pipeline, **settings)["pipelineExecutionId"])

    def get(self, pipeline: str, execution: str) -> dict[str, Any]:
        answer = self.client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution)
        got: dict[str, Any] = answer["pipelineExecution"]
        return got

    def finished(self, pipeline: str, execution: str) -> dict[str, Any]:
        return self.until(lambda: self.get(pipeline, execution), lambda got: got["status"] in ENDED)

    def run(self, pipeline: str, **settings: Any) -> dict[str, Any]:
        return self.finished(pipeline, self.start(pipeline, **settings))

    def first(self, pipeline: str) -> dict[str, Any]:
        """The execution that creating the pipeline started, at its end."""
        return self.finished(pipeline, self.executions(pipeline)[-1]["pipelineExecutionId"])

    def executions(self, pipeline: str) -> list[dict[str, Any]]:
        """The summaries of all executions, newest first."""
        answer = self.client.list_pipeline_executions(pipelineName=pipeline)
        found: list[dict[str, Any]] = answer["pipelineExecutionSummaries"]
        return found

    def state(self, pipeline: str, stage: str) -> dict[str, Any]:
        states = self.client.get_pipeline_state(name=pipeline)["stageStates"]
        found: dict[str, Any] = next(state for state in states if state["stageName"] == stage)
        return found

    def action_state(self, pipeline: str, stage: str, name: str) -> dict[str, Any]:
        states = self.state(pipeline, stage)["actionStates"]
        found: dict[str, Any] = next(state for state in states if state["actionName"] == name)
        return found

    def details(self, pipeline: str, execution: str) -> dict[str, dict[str, Any]]:
        listed = self.client.list_action_executions(
            pipelineName=pipeline, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]
        return {detail["actionName"]: detail for detail in listed[::-1]}

    def artifact(self, where: dict[str, Any]) -> dict[str, str]:
        location = where["s3location"]
        data = self.builds.s3.get_object(Bucket=location["bucket"], Key=location["key"])["Body"].read()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def until(
        self, get: Callable[[], dict[str, Any]], good: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        for _ in range(2400):
            got = get()
            if good(got):
                return got
            time.sleep(0.05)
        raise AssertionError(f"it does not come to pass: {got}")
