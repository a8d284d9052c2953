"""Plan and Deploy, run by CodeBuild's local equivalent with the real Terraform on a small stack."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws
from mlops.builds import read
from mlops.builds.library import library_archive
from mlops.ledger.entry import PlanFacts
from mlops.ledger.store import Ledger
from mlops.toolchain import terraform_environment
from tests.local_aws.codebuild.builds import Builds
from tests.project import PROJECT

STATE = "state-bucket"
KEY = "movielens-qa/terraform.tfstate"
LEDGER = "ledger-bucket"
LIBRARY = "models-bucket"
ROOT = Path(__file__).parents[2]
VARIABLES = {
    "MLOPS_EXAMPLE": "movielens",
    "MLOPS_ENVIRONMENT": "qa",
    "MLOPS_EXECUTION_ID": "release-1",
    "LEDGER_BUCKET": LEDGER,
    "MLOPS_LIBRARY": f"s3://{LIBRARY}/library.zip",
    "MLOPS_LIBRARY_SHA256": library_archive().sha256,
    "PLAN_VALID_HOURS": "24",
    "TERRAFORM_TIMEOUT_SECONDS": "300",
    "TERRAFORM_LOCK_TIMEOUT": "0s",
}


def stack(topic: str, **more: Any) -> str:
    backend = {"bucket": STATE, "key": KEY, "region": "eu-west-1", "use_lockfile": True}
    return json.dumps(
        {
            "terraform": {"backend": {"s3": backend}, "required_providers": {"aws": {"source": "aws"}}},
            "provider": {"aws": [{"region": "eu-west-1"}]},
            "resource": {"aws_sns_topic": {"topic": {"name": topic}}, **more},
        }
    )


def wheel(name: str, requires: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = f"{name}-1.0.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Dist: {requires}\n"
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return buffer.getvalue()


@dataclass
class Terraform:
    """The two builds over S3 in place of a pipeline; each test has stacks of its own topic."""

    builds: Builds

    def run(self, part: str, source: str, **variables: str) -> dict[str, Any]:
        settings = {
            "source": {"type": "S3", "location": source, "buildspec": read(part).replace("$${", "${")},
            "artifacts": {
                "type": "S3",
                "location": self.builds.bucket,
                "name": "plan.zip",
                "namespaceType": "BUILD_ID",
                "packaging": "ZIP",
            }
            if part == "plan"
            else {"type": "NO_ARTIFACTS"},
        }
        override = [{"name": name, "value": value} for name, value in {**VARIABLES, **variables}.items()]
        return self.builds.run("", settings=settings, environmentVariablesOverride=override)

    def plan(self, topic: str, **more: Any) -> tuple[dict[str, Any], dict[str, str]]:
        files = {"stacks/movielens-qa/cdk.tf.json": stack(topic, **more)}
        build = self.run("plan", self.builds.source(files))
        exported = {item["name"]: item["value"] for item in build.get("exportedEnvironmentVariables", [])}
        return build, exported

    def artifact(self, build: dict[str, Any]) -> dict[str, bytes]:
        bucket, _, key = build["artifacts"]["location"].removeprefix("arn:aws:s3:::").partition("/")
        body = self.builds.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def deploy(self, files: dict[str, bytes], exported: dict[str, str], **variables: str) -> dict[str, Any]:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        key = f"{hashlib.sha256(buffer.getvalue()).hexdigest()}.zip"
        self.builds.s3.put_object(Bucket=self.builds.bucket, Key=key, Body=buffer.getvalue())
        vouched = {name: exported[name] for name in ("PLAN_SHA256", "PLAN_EXPIRES")}
        return self.run("deploy", f"{self.builds.bucket}/{key}", **{**vouched, **variables})

    def topics(self) -> list[str]:
        topics = self.builds.aws.runtime.client("sns").list_topics()["Topics"]
        return [topic["TopicArn"].rpartition(":")[2] for topic in topics]

    def locked(self) -> bool:
        listed = self.builds.s3.list_objects_v2(Bucket=STATE, Prefix=f"{KEY}.tflock")
        return bool(listed["KeyCount"])


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    with pytest.MonkeyPatch.context() as patch, LocalAws(tmp_path_factory.mktemp("aws")) as aws:
        for name, value in terraform_environment().items():
            patch.setenv(name, value)
        builds = Builds(aws, "builds-bucket")
        for bucket in (STATE, LEDGER, LIBRARY, builds.bucket):
            builds.s3.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
        builds.s3.put_object(Bucket=LIBRARY, Key="library.zip", Body=library_archive().body)
        yield Terraform(builds)


@pytest.fixture(scope="module")
def restoring(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What PROD's Deploy has beside its plan: a repository, and a role that brings PROD back.

    As a user's lock, the repository's leaves out what one of its packages requires.
    """
    source = tmp_path_factory.mktemp("source")
    shutil.copy(PROJECT / "mlops.toml", source)
    shutil.copytree(PROJECT / "examples" / "movielens", source / "examples" / "movielens")
    (source / "tool-1.0-py3-none-any.whl").write_bytes(wheel("tool", requires="left-out-of-the-lock"))
    digest = hashlib.sha256((source / "tool-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    pinned = f"./tool-1.0-py3-none-any.whl --hash=sha256:{digest}\n"
    (source / "requirements.txt").write_text(pinned)
    role = "arn:aws:iam::123456789012:role/restore"
    return {"CODEBUILD_SRC_DIR_SourceOutput": str(source), "RESTORE_ROLE_ARN": role}


@pytest.fixture(scope="module")
def planned(terraform: Terraform) -> tuple[dict[str, bytes], dict[str, str]]:
    """The artifact of a plan and the variables that its build exported."""
    build, exported = terraform.plan("made")
    assert build["buildStatus"] == "SUCCEEDED", terraform.builds.log(build)
    return terraform.artifact(build), exported


def test_a_plan_is_kept_with_its_text_its_json_and_its_checksums(planned: Any) -> None:
    files, exported = planned
    assert set(files) == {
        ".terraform.lock.hcl",
        "cdk.tf.json",
        "plan.json",
        "plan.sha256",
        "plan.tfplan",
        "plan.txt",
    }
    (change,) = json.loads(files["plan.json"])["resource_changes"]
    assert change["change"]["actions"] == ["create"]
    assert b"1 to add" in files["plan.txt"]
    assert exported["PLAN_SUMMARY"] == "1 to add, 0 to change, 0 to destroy"
    assert exported["PLAN_SHA256"] == hashlib.sha256(files["plan.sha256"]).hexdigest()
    valid = datetime.fromisoformat(exported["PLAN_EXPIRES"]) - datetime.now(UTC)
    assert timedelta(hours=23) < valid < timedelta(hours=24)


def test_a_plan_is_in_the_ledger_without_the_values_that_its_json_shows(
    terraform: Terraform, planned: Any
) -> None:
    files, exported = planned
    ledger = Ledger(terraform.builds.s3, LEDGER)
    entry = ledger.entries()[0]
    assert (entry.step, entry.release_id, entry.files) == (
        "qa-plan",
        "release-1",
        ("plan.txt", "plan.sha256", "cdk.tf.json", ".terraform.lock.hcl"),
    )
    assert entry.plan == PlanFacts(summary=exported["PLAN_SUMMARY"], sha256=exported["PLAN_SHA256"])
    assert {name: ledger.file(entry, name) for name in entry.files} == {
        name: files[name] for name in entry.files
    }


@pytest.mark.parametrize(
    ("damage", "sha256", "told"),
    [
        (b"damage", None, "plan.tfplan: FAILED"),
        # An artifact whose own checksums fit, but the pipeline carries those of the plan that was approved.
        (b"", "0" * 64, "plan.sha256: FAILED"),
    ],
)
def test_another_plan_is_not_applied(
    terraform: Terraform,
    planned: Any,
    restoring: dict[str, str],
    damage: bytes,
    sha256: str | None,
    told: str,
) -> None:
    files, exported = planned
    changed = {**files, "plan.tfplan": files["plan.tfplan"] + damage}
    deployed = terraform.deploy(changed, exported, **restoring, **({"PLAN_SHA256": sha256} if sha256 else {}))
    assert deployed["buildStatus"] == "FAILED"
    log = terraform.builds.log(deployed)
    assert told in log
    assert "nothing was applied, the old endpoint serves on" in log
    assert "Apply complete" not in log
    assert "Bringing PROD back" not in log
    assert "PROD's deployment" not in log


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        ("2026-01-02T03:04:05Z", "expired at 2026-01-02T03:04:05Z; now is 2"),
        ("", "expired at a time unknown"),
    ],
)
def test_an_expired_plan_is_not_applied(terraform: Terraform, planned: Any, expires: str, told: str) -> None:
    files, exported = planned
    deployed = terraform.deploy(files, exported, PLAN_EXPIRES=expires)
    assert deployed["buildStatus"] == "FAILED"
    log = terraform.builds.log(deployed)
    assert told in log
    assert "Nothing was applied, the old endpoint serves on" in log
    assert "retry the stage with all its actions" in log
    assert "made" not in terraform.topics()


def test_a_held_lock_is_told_with_its_holder_and_the_command_that_frees_it(terraform: Terraform) -> None:
    lock = {
        "ID": "11111111-2222-3333-4444-555555555555",
        "Operation": "OperationTypeApply",
        "Info": "",
        "Who": "somebody@elsewhere",
        "Version": "1.11.4",
        "Created": "2026-01-02T03:04:05Z",
        "Path": f"{STATE}/{KEY}",
    }
    terraform.builds.s3.put_object(Bucket=STATE, Key=f"{KEY}.tflock", Body=json.dumps(lock))
    build, _ = terraform.plan("made")
    assert build["buildStatus"] == "FAILED"
    log = terraform.builds.log(build)
    assert "The plan of movielens-qa failed; nothing was changed." in log
    assert "somebody@elsewhere" in log
    assert "terraform force-unlock 11111111-2222-3333-4444-555555555555" in log
    assert terraform.locked()
    terraform.builds.s3.delete_object(Bucket=STATE, Key=f"{KEY}.tflock")


def test_the_saved_plan_is_applied_once_and_refused_after_the_state_has_moved_on(
    terraform: Terraform, planned: Any, restoring: dict[str, str]
) -> None:
    files, exported = planned
    deployed = terraform.deploy(files, exported, **restoring)
    assert deployed["buildStatus"] == "SUCCEEDED", terraform.builds.log(deployed)
    assert "made" in terraform.topics()
    again = terraform.deploy(files, exported, **restoring)
    assert again["buildStatus"] == "FAILED"
    log = terraform.builds.log(again)
    assert "Saved plan is stale" in log
    assert "The state has moved on since the plan was made: nothing was applied" in log
    assert "retry the stage with all its actions" in log
    assert "PROD's deployment" not in terraform.builds.log(deployed) + log


def test_a_deployment_that_takes_too_long_saves_its_state_frees_the_lock_and_is_followed_by_the_way_back(
    terraform: Terraform, restoring: dict[str, str]
) -> None:
    sleeper = {
        "slow": {
            "depends_on": ["aws_sns_topic.topic"],
            "provisioner": [{"local-exec": {"command": "sleep 300"}}],
        }
    }
    build, exported = terraform.plan("slow", terraform_data=sleeper)
    files = terraform.artifact(build)
    deployed = terraform.deploy(files, exported, TERRAFORM_TIMEOUT_SECONDS="20", **restoring)
    assert deployed["buildStatus"] == "FAILED"
    log = terraform.builds.log(deployed)
    assert "A saved plan applies once" in log
    assert "PROD's deployment of release release-1 failed; Terraform's error above says why." in log
    assert not terraform.locked()
    state = json.loads(terraform.builds.s3.get_object(Bucket=STATE, Key=KEY)["Body"].read())
    assert "aws_sns_topic" in {resource["type"] for resource in state["resources"]}


@pytest.mark.parametrize("part", ["plan", "deploy"])
def test_another_library_than_the_stack_names_is_not_run(
    terraform: Terraform, planned: Any, part: str
) -> None:
    files, exported = planned
    other = {"MLOPS_LIBRARY_SHA256": "0" * 64}
    if part == "plan":
        build = terraform.run(
            "plan", terraform.builds.source({"stacks/movielens-qa/cdk.tf.json": stack("x")}), **other
        )
    else:
        build = terraform.deploy(files, exported, **other)
    assert build["buildStatus"] == "FAILED"
    log = terraform.builds.log(build)
    assert "library.zip is not the library that the pipeline stack names" in log
    assert "terraform" not in re.sub("Running command.*?(?=\n\\[|$)", "", log, flags=re.DOTALL).lower()


def test_no_module_of_the_artifact_is_run_in_place_of_the_library(terraform: Terraform) -> None:
    evil = "raise SystemExit('the code of a push')\n"
    files = {f"{name}.py": evil for name in ("mlops", "boto3", "pip", "zipfile", "sitecustomize")}
    build = terraform.run(
        "plan", terraform.builds.source({**files, "stacks/movielens-qa/cdk.tf.json": stack("safe")})
    )
    assert build["buildStatus"] == "SUCCEEDED", terraform.builds.log(build)
    assert "the code of a push" not in terraform.builds.log(build)


PYENV = """#!/bin/sh
test "$1" = version-name && echo "${PYENV_VERSION:-$(cat .python-version 2>/dev/null || echo global)}"
"""
SHIM = """#!/bin/sh
if [ "$(pyenv version-name)" != global ]; then echo "the python of a push"; fi
exec "$REAL_PYTHON" "$@"
"""


def test_no_python_of_the_artifact_is_run_in_place_of_the_runtimes(
    terraform: Terraform, tmp_path: Path
) -> None:
    for name, script in (("pyenv", PYENV), ("python", SHIM)):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    # As on AWS's image, where pyenv's shims come first on the PATH.
    shims = tmp_path / "shims.sh"
    shims.write_text(f'export REAL_PYTHON="$(command -v python)" PATH="{tmp_path}:$PATH"; unset BASH_ENV\n')
    files = {".python-version": "3.9.19\n", "stacks/movielens-qa/cdk.tf.json": stack("safe")}
    build = terraform.run("plan", terraform.builds.source(files), BASH_ENV=str(shims))
    log = terraform.builds.log(build)
    assert build["buildStatus"] == "SUCCEEDED", log
    assert "the python of a push" not in log
