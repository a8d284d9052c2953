"""The AWS CLI, which nobody here wrote, against the local AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws

ROLE_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
        }
    ],
}


class Cli:
    """``aws`` with the server's environment."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self._environment = {**os.environ, **aws.runtime.environment(), "AWS_PAGER": ""}
        self._folder = folder

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "awscli", *arguments, "--output", "json"],
            env=self._environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def __call__(self, *arguments: str) -> Any:
        """The reply of a call that must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout


@pytest.fixture
def cli(aws: LocalAws, tmp_path: Path) -> Cli:
    return Cli(aws, tmp_path)


def test_s3_high_level_commands_move_files(cli: Cli, tmp_path: Path) -> None:
    cli("s3", "mb", "s3://cli-files")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file.bin").write_bytes(bytes(range(256)) * 40_000)
    cli("s3", "sync", "there", "s3://cli-files/folder/")
    assert "folder/file.bin" in cli("s3", "ls", "--recursive", "s3://cli-files")
    cli("s3", "cp", "s3://cli-files/folder/file.bin", "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == (tmp_path / "there" / "file.bin").read_bytes()


def test_logs_are_written_and_read(cli: Cli) -> None:
    cli("logs", "create-log-group", "--log-group-name", "cli")
    cli("logs", "create-log-stream", "--log-group-name", "cli", "--log-stream-name", "one")
    events = json.dumps([{"timestamp": int(time.time() * 1000), "message": "hello"}])
    where = ("--log-group-name", "cli", "--log-stream-name", "one")
    cli("logs", "put-log-events", *where, "--log-events", events)
    assert [event["message"] for event in cli("logs", "get-log-events", *where)["events"]] == ["hello"]


def test_a_connection_is_available_at_once(cli: Cli) -> None:
    for service in ("codeconnections", "codestar-connections"):
        made = cli(service, "create-connection", "--connection-name", "github", "--provider-type", "GitHub")
        found = cli(service, "get-connection", "--connection-arn", made["ConnectionArn"])["Connection"]
        assert (found["ConnectionName"], found["ConnectionStatus"]) == ("github", "AVAILABLE")


def test_a_role_is_simulated(cli: Cli) -> None:
    arn = cli(
        "iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", json.dumps(ROLE_TRUST)
    )
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
    }
    cli(
        "iam",
        "put-role-policy",
        "--role-name",
        "cli",
        "--policy-name",
        "p",
        "--policy-document",
        json.dumps(policy),
    )
    results = cli(
        *("iam", "simulate-principal-policy", "--policy-source-arn", arn["Role"]["Arn"]),
        *("--action-names", "s3:GetObject", "s3:PutObject"),
    )["EvaluationResults"]
    assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]


def test_a_pipeline_is_described_with_its_times(cli: Cli) -> None:
    role = cli(
        "iam", "create-role", "--role-name", "pipe", "--assume-role-policy-document", json.dumps(ROLE_TRUST)
    )
    cli("s3", "mb", "s3://cli-artifacts")
    approval = {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}
    source = {"category": "Source", "owner": "ThirdParty", "provider": "GitHub", "version": "1"}
    token = {"Owner": "acme", "Repo": "app", "Branch": "main", "OAuthToken": "secret"}
    pipeline = {
        "name": "cli",
        "roleArn": role["Role"]["Arn"],
        "artifactStore": {"type": "S3", "location": "cli-artifacts"},
        "stages": [
            {
                "name": "Source",
                "actions": [
                    {
                        "name": "Source",
                        "actionTypeId": source,
                        "configuration": token,
                        "outputArtifacts": [{"name": "Code"}],
                    }
                ],
            },
            {"name": "Approve", "actions": [{"name": "Approve", "actionTypeId": approval}]},
        ],
    }
    cli("codepipeline", "create-pipeline", "--pipeline", json.dumps(pipeline))
    found = cli("codepipeline", "get-pipeline", "--name", "cli")
    assert found["metadata"]["created"] > 1_700_000_000
    assert found["pipeline"]["stages"][0]["actions"][0]["configuration"]["OAuthToken"] == "****"
    stages = cli("codepipeline", "get-pipeline-state", "--name", "cli")["stageStates"]
    assert [stage["stageName"] for stage in stages] == ["Source", "Approve"]


def test_a_missing_operation_is_said_at_once(cli: Cli) -> None:
    refused = cli.run("codepipeline", "list-rule-types")
    assert refused.returncode != 0
    assert "does not implement codepipeline:ListRuleTypes" in refused.stderr
