"""A clone of the project whose demo has run once, for the end-to-end tests of a module.

A module names its example: ``EXAMPLE``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest

from mlops.toolchain import terraform_environment
from tests.project import clone_project

ROOT = Path(__file__).parents[2]
DATA = Path("examples/movielens/data/ml-100k")
TIMEOUT_SECONDS = 900


@dataclass(frozen=True)
class Clone:
    """A clone of the project with the local AWS that its demo keeps running."""

    root: Path
    example: str

    @cached_property
    def environment(self) -> dict[str, str]:
        """The variables that point a client at the clone's local AWS."""
        shown = self.run(
            sys.executable, "-m", "local_aws", "env", "--folder", str(self.root / ".work/local-aws")
        )
        exports = dict(re.findall(r"^export (\w+)=(.*)$", shown.stdout, re.MULTILINE))
        return {**os.environ, **exports}

    def run(
        self, *command: str, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone, with its packages importable."""
        variables = {**(environment or os.environ), "COLUMNS": "200"}
        return subprocess.run(
            command, cwd=self.root, env=variables, capture_output=True, text=True, timeout=TIMEOUT_SECONDS
        )

    def demo(self, approve: str = "yes") -> subprocess.CompletedProcess[str]:
        """Run the example's demo."""
        return self.run(sys.executable, "-m", "mlops", "demo", self.example, "--approve", approve)

    def push(self) -> str:
        """Push the last commit; what the push tells of the pipeline until it has ended."""
        (repository,) = self.root.glob(".work/local-aws/git/*/*.git")
        pushed = self.run("git", "push", "--force", str(repository), "HEAD:refs/heads/main")
        assert pushed.returncode == 0, pushed.stderr
        return pushed.stderr

    def predictions(self, released: subprocess.CompletedProcess[str]) -> list[Any]:
        """What the endpoint answers when it is called by the lines that the demo ended with."""
        lines = released.stdout.partition("Call it:\n")[2].partition("\n\n")[0]
        answer = self.run("bash", "-c", lines)
        assert answer.returncode == 0, answer.stderr
        return list(json.JSONDecoder().raw_decode(answer.stdout)[0]["predictions"])

    def prod_configuration(self) -> str:
        """What PROD, which must be in service, serves by."""
        described = self.client("sagemaker").describe_endpoint(EndpointName=f"mlops-{self.example}-prod")
        assert described["EndpointStatus"] == "InService"
        return str(described["EndpointConfigName"])

    def prod_model(self) -> str:
        """The model that PROD serves."""
        described = self.client("sagemaker").describe_endpoint_config(
            EndpointConfigName=self.prod_configuration()
        )
        return str(described["ProductionVariants"][0]["ModelName"])

    def release(self) -> str:
        """The id of the newest release that was trained."""
        return str(json.loads(self.artifact("TrainOutput/release.json").read_text())["release_id"])

    def prod_release(self) -> str:
        """The id of the release that PROD's endpoint is tagged with."""
        sagemaker = self.client("sagemaker")
        arn = sagemaker.describe_endpoint(EndpointName=f"mlops-{self.example}-prod")["EndpointArn"]
        tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
        return str(tags["release"])

    def stack(self, name: str) -> Path:
        """The folder of a deployed stack: the demo's own, or what the newest pipeline run synthesized."""
        own = self.root / ".work/cdktf.out/stacks" / name
        if own.is_dir():
            return own
        return self.artifact(f"SynthOutput/stacks/{name}")

    def terraform(self, stack: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Terraform in the folder of a stack, on the state that the local AWS keeps."""
        environment = terraform_environment({**self.environment, **variables})
        folder = self.stack(stack)
        chdir = f"-chdir={folder}"
        if not (folder / ".terraform").is_dir():
            started = self.run(
                "terraform", chdir, "init", "-input=false", "-no-color", environment=environment
            )
            assert started.returncode == 0, started.stderr
        return self.run("terraform", chdir, *arguments, "-input=false", "-no-color", environment=environment)

    def client(self, service: str) -> Any:
        """A boto3 client of the local AWS."""
        environment = self.environment
        return boto3.client(
            service,
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name=environment["AWS_DEFAULT_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )

    def commit(self, path: str, old: str, new: str) -> None:
        """Change one place of one file and commit it, as a user would before a push."""
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new))
        self._git("commit", "--quiet", "--all", "--message", f"Change {path}")

    def undo(self) -> None:
        """Take the last commit back."""
        self._git("reset", "--quiet", "--hard", "HEAD^")

    def artifact(self, name: str) -> Path:
        """A file ``<artifact>/<path>`` of the newest run that has it."""
        return sorted(self.root.glob(f".work/runs/*/{name}"), key=_modified)[-1]

    def gate_report(self, artifact: str) -> dict[str, Any]:
        """``gate.json`` of the newest run that has one."""
        return dict(json.loads(self.artifact(f"{artifact}/gate.json").read_text()))

    def _git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True)


def _modified(path: Path) -> float:
    return path.stat().st_mtime


@pytest.fixture(scope="module")
def clone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    root = tmp_path_factory.mktemp("clone") / "project"
    clone_project(root)
    # The commands that the demo prints run the clone's own virtualenv.
    (root / ".venv").symlink_to(sys.prefix)
    if (ROOT / DATA).is_dir():
        shutil.copytree(ROOT / DATA, root / DATA)
    clone = Clone(root, request.module.EXAMPLE)
    yield clone
    clone.run(sys.executable, "-m", "local_aws", "down", "--folder", str(root / ".work/local-aws"))


@pytest.fixture(scope="module")
def released(clone: Clone) -> subprocess.CompletedProcess[str]:
    return clone.demo()


@pytest.fixture
def unreleased(clone: Clone, released: subprocess.CompletedProcess[str]) -> Iterator[Clone]:
    """The clone after its first release; what the test commits is taken back, and PROD must be as it was."""
    assert released.returncode == 0
    before = clone.prod_configuration()
    yield clone
    clone.undo()
    assert clone.prod_configuration() == before
