"""The stacks that a user deploys first, on the local AWS by the real Terraform, from nothing to nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.server import LocalAws
from mlops.spec import Names, load_settings
from mlops.toolchain import terraform_environment
from tests.project import PROJECT

ROOT = Path(__file__).parents[3]
FILES = {
    "u.data": "1\t2\t3\t881250949\n",
    "u.item": "2|Film|01-Jan-1995|||0\n",
    "u.user": "1|24|M|artist|85711\n",
}


class Project:
    """A copy of the project, as a user has it after a clone, and a local AWS to deploy it to."""

    def __init__(self, folder: Path, aws: LocalAws) -> None:
        self.folder = folder
        self.environment = {**terraform_environment(), **aws.runtime.environment()}
        for name in ("main.py", "mlops.toml"):
            shutil.copy(PROJECT / name, folder)
        for name in ("constructs", "examples"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("data", "__pycache__"))
        self.names: Names = load_settings(folder, "movielens").names

    def synthesize(self) -> None:
        run = subprocess.run([sys.executable, "main.py"], cwd=self.folder, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr

    def terraform(self, stack: str, *arguments: str, **variables: str) -> tuple[int, str]:
        run = subprocess.run(
            ["terraform", *arguments, "-input=false", "-no-color"],
            cwd=self.folder / "cdktf.out" / "stacks" / stack,
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return run.returncode, run.stdout

    def succeed(self, stack: str, *arguments: str, **variables: str) -> str:
        code, output = self.terraform(stack, *arguments, **variables)
        assert code == 0, output
        return output


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, aws: LocalAws) -> Project:
    """The project, with the state bucket deployed and its state moved into it."""
    made = Project(tmp_path_factory.mktemp("project"), aws)
    made.synthesize()
    made.succeed("bootstrap", "init")
    made.succeed("bootstrap", "apply", "-auto-approve")
    return made


def test_the_state_of_the_state_bucket_moves_into_it(project: Project, aws: LocalAws) -> None:
    assert (project.folder / "terraform.bootstrap.tfstate").exists()
    settings = project.folder / "mlops.toml"
    settings.write_text(settings.read_text().replace("[aws]", "[aws]\nstate_bucket_exists = true"))
    project.synthesize()
    project.succeed("bootstrap", "init", "-migrate-state", "-force-copy")
    project.succeed("bootstrap", "plan", "-detailed-exitcode")
    aws.runtime.client("s3").head_object(Bucket=project.names.state_bucket, Key="bootstrap/terraform.tfstate")


def test_the_data_is_asked_for_then_uploaded_queried_and_destroyed(project: Project, aws: LocalAws) -> None:
    s3, bucket = aws.runtime.client("s3"), project.names.data_bucket
    project.succeed("movielens-init", "init")
    code, output = project.terraform("movielens-init", "plan")
    assert code == 1
    assert "u.data is not there yet. Run: python -m examples.movielens.fetch_data" in output

    folder = project.folder / "examples" / "movielens" / "data" / "ml-100k"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    variables = {"TF_VAR_empty_buckets_on_destroy": "true"}
    project.succeed("movielens-init", "apply", "-auto-approve", **variables)
    uploaded = s3.get_object(Bucket=bucket, Key="ratings/u.data")
    assert uploaded["Body"].read().decode() == FILES["u.data"]
    assert uploaded["ServerSideEncryption"] == "aws:kms"
    project.succeed("movielens-init", "plan", "-detailed-exitcode", **variables)

    s3.put_object(Bucket=bucket, Key="athena-results/left.csv", Body=b"x")
    project.succeed("movielens-init", "destroy", "-auto-approve", **variables)
    assert bucket not in [made["Name"] for made in s3.list_buckets()["Buckets"]]
    assert aws.runtime.client("glue").get_databases()["DatabaseList"] == []
