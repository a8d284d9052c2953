"""``python -m mlops.ledger.record`` as the builds run it, and who may do what with the ledger's bucket."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.iam import VARIABLE
from local_aws.server import LocalAws
from mlops.ledger.store import Ledger
from tests.local_aws.iam.roles import Iam, trust
from tests.project import PROJECT, settings_of

ROOT = Path(__file__).parents[2]
NAMES = settings_of("movielens").names
RELEASE = ROOT / "tests/fixtures/movielens-release.json"
BUILD = {"MLOPS_EXAMPLE": "movielens", "MLOPS_EXECUTION_ID": "11111111-aaaa"}


def policy(document: Any) -> str:
    """An ``aws_iam_policy_document`` as the JSON that AWS takes, references to keys left open."""
    made = []
    for statement in document["statement"]:
        one = {"Sid": statement["sid"], "Effect": statement["effect"], "Action": statement["actions"]}
        one["Resource"] = ["*" if "${" in each else each for each in statement.get("resources", ["*"])]
        for principal in statement.get("principals", ()):
            one["Principal"] = (
                "*" if principal["type"] == "*" else {principal["type"]: principal["identifiers"]}
            )
        for condition in statement.get("condition", ()):
            tests = one.setdefault("Condition", {}).setdefault(condition["test"], {})
            tests[condition["variable"]] = condition["values"]
        made.append(one)
    return json.dumps({"Version": "2012-10-17", "Statement": made})


class Guarded:
    """The ledger's bucket and the builds' roles with the policies of the pipeline stack, enforced."""

    def __init__(self, aws: LocalAws, stack: Path) -> None:
        self._iam = Iam(aws)
        terraform = json.loads((stack / "cdk.tf.json").read_text())
        self._resources = terraform["resource"]
        self._documents = terraform["data"]["aws_iam_policy_document"]
        self.s3 = aws.runtime.client("s3")
        self.s3.create_bucket(
            Bucket=NAMES.ledger_bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        (own,) = (each for key, each in self._resources["aws_s3_bucket_policy"].items() if "ledger" in key)
        self.s3.put_bucket_policy(Bucket=NAMES.ledger_bucket, Policy=self._policy(own["policy"]))

    def session(self, step: str) -> dict[str, str]:
        """The variables of a build that acts in a step's role."""
        name = NAMES.role(step)
        (key,) = (key for key, role in self._resources["aws_iam_role"].items() if role["name"] == name)
        iam = self._iam.client("iam")
        account = trust({"AWS": f"arn:aws:iam::{NAMES.account_id}:root"})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=account)["Role"]["Arn"]
        (own,) = (
            each
            for each in self._resources["aws_iam_role_policy"].values()
            if each["role"] == f"${{aws_iam_role.{key}.name}}"
        )
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=self._policy(own["policy"]))
        keys = self._iam.assume(self._iam.client("sts"), arn)
        return {name.upper(): value for name, value in keys.items()}

    def _policy(self, reference: str) -> str:
        return policy(self._documents[reference.split(".")[2]])


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, stacks_folder: Path) -> Iterator[Guarded]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "on")
        with LocalAws(tmp_path_factory.mktemp("aws")) as aws:
            for name, value in aws.runtime.environment().items():
                patch.setenv(name, value)
            yield Guarded(aws, stacks_folder / "movielens-pipeline")


@pytest.fixture(scope="module")
def train_session(guarded: Guarded) -> dict[str, str]:
    return guarded.session("train")


def record(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **BUILD, **variables}
    command = [sys.executable, "-m", "mlops.ledger.record", str(folder)]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_training_records_its_manifest_and_held_out_rows(
    guarded: Guarded, train_session: dict[str, str], tmp_path: Path
) -> None:
    shutil.copy(RELEASE, tmp_path / "release.json")
    (tmp_path / "held_out.parquet").write_bytes(b"rows")
    run = record(tmp_path, **train_session)
    assert run.returncode == 0, run.stderr
    ledger = Ledger(guarded.s3, NAMES.ledger_bucket)
    (entry,) = (entry for entry in ledger.entries() if entry.step == "train")
    assert entry.folder in run.stdout
    manifest = json.loads(RELEASE.read_text())
    assert (entry.release_id, entry.commit) == (manifest["release_id"], manifest["commit"])
    assert ledger.file(entry, "held_out.parquet") == b"rows"


def test_a_gate_records_its_verdict_and_reports(guarded: Guarded, report: bytes, tmp_path: Path) -> None:
    (tmp_path / "gate.json").write_bytes(report)
    (tmp_path / "gate.html").write_text("<html>")
    run = record(tmp_path, MLOPS_ENVIRONMENT="qa", **guarded.session("qa-test"))
    assert run.returncode == 0, run.stderr
    ledger = Ledger(guarded.s3, NAMES.ledger_bucket)
    (entry,) = (entry for entry in ledger.entries() if entry.step == "qa-test")
    assert entry.release_id == BUILD["MLOPS_EXECUTION_ID"]
    assert entry.gate is not None
    assert (entry.gate.verdict, entry.gate.deployed) == ("passed", True)
    assert str(entry.gate.figure) == "accuracy 0.713 [0.703, 0.724]"
    assert ledger.file(entry, "gate.html") == b"<html>"


def test_a_build_may_add_entries_of_its_own_step_and_do_nothing_else(
    guarded: Guarded, train_session: dict[str, str]
) -> None:
    s3 = boto3.client("s3", **{name.lower(): value for name, value in train_session.items()})
    own = {"Bucket": NAMES.ledger_bucket, "Key": "train/entry/release.json"}
    s3.put_object(**own, Body=b"first", IfNoneMatch="*")
    attempts: dict[str, Callable[[], Any]] = {
        "overwrite": lambda: s3.put_object(**own, Body=b"second"),
        "put unconditionally": lambda: s3.put_object(**{**own, "Key": "train/new"}, Body=b"x"),
        "write as another step": lambda: s3.put_object(
            **{**own, "Key": "prod-test/x"}, Body=b"x", IfNoneMatch="*"
        ),
        "upload in parts": lambda: s3.create_multipart_upload(**{**own, "Key": "train/parts"}),
        "delete": lambda: s3.delete_object(**own),
        "read": lambda: s3.get_object(**own),
        "list": lambda: s3.list_objects_v2(Bucket=NAMES.ledger_bucket),
    }
    for what, attempt in attempts.items():
        with pytest.raises(ClientError) as refused:
            attempt()
        assert refused.value.response["Error"]["Code"] == "AccessDenied", what
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(**own, Body=b"second", IfNoneMatch="*")
    assert guarded.s3.get_object(**own)["Body"].read() == b"first"


def test_a_build_without_its_variables_or_files_is_told_all_that_is_missing(tmp_path: Path) -> None:
    run = record(tmp_path, MLOPS_EXAMPLE="", MLOPS_EXECUTION_ID="")
    assert run.returncode == 2
    assert "MLOPS_EXAMPLE: given nothing" in run.stderr
    assert "MLOPS_EXECUTION_ID: given nothing" in run.stderr
    run = record(tmp_path, MLOPS_ENVIRONMENT="qa")
    assert run.returncode == 2
    assert "gate.json: given no such file" in run.stderr
    assert "Traceback" not in run.stderr
