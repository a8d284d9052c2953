"""A build's commands: one shell, the order of the phases, what a failure does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.local_aws.codebuild.builds import Builds, names, phase

COMPLETE = [
    "SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD",
    "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED",
]  # fmt: skip


def test_a_build_goes_through_every_phase(builds: Builds) -> None:
    build = builds.run("version: 0.2\nphases:\n  build:\n    commands: [echo hello]\n")
    assert build["buildStatus"] == "SUCCEEDED"
    assert build["currentPhase"] == "COMPLETED"
    assert names(build) == COMPLETE
    assert all(p["phaseStatus"] == "SUCCEEDED" for p in build["phases"][:-1])
    assert build["startTime"] <= build["phases"][3]["startTime"] <= build["endTime"]
    assert build["buildNumber"] == 1


def test_variables_functions_and_directory_last_from_command_to_command(builds: Builds) -> None:
    build = builds.run("""
version: 0.2
phases:
  install:
    commands:
      - mkdir -p "a folder" && cd "a folder"
      - WORD='two  words'; export SHOUT="it's"; list=(1 2 3)
      - greet() { echo "<$1>"; }
      - sleep 60 & job=$!
  build:
    commands:
      - greet "$WORD"; greet "${PWD##*/}"; greet "${#list[@]}"
      - bash -c 'echo "child sees $SHOUT"'
      - kill $job
      - |
        for number in 1 2; do
          greet "line $number"
        done
""")
    log = builds.log(build)
    assert build["buildStatus"] == "SUCCEEDED"
    for expected in ("<two  words>", "<a folder>", "<3>", "child sees it's", "<line 2>"):
        assert f"{expected}\n" in log


@pytest.mark.parametrize(
    "ending", ["exit 7", "false || (exit 7)", "set -e; bash -c 'exit 7'; echo unreachable"]
)
def test_a_failed_command_is_named_with_its_exit_status(builds: Builds, ending: str) -> None:
    build = builds.run(f"""
version: 0.2
phases:
  pre_build:
    commands:
      - {ending}
      - echo never
  build:
    commands: [echo nor this]
""")
    assert build["buildStatus"] == "FAILED"
    assert phase(build, "PRE_BUILD")["phaseStatus"] == "FAILED"
    assert phase(build, "PRE_BUILD")["contexts"] == [
        {
            "statusCode": "COMMAND_EXECUTION_ERROR",
            "message": f"Error while executing command: {ending}. Reason: exit status 7",
        }
    ]
    assert names(build)[-3:] == ["PRE_BUILD", "FINALIZING", "COMPLETED"]
    assert "\nnever" not in builds.log(build)


def test_post_build_runs_after_a_failed_build_and_knows_of_it(builds: Builds) -> None:
    build = builds.run("""
version: 0.2
phases:
  install:
    commands: [word=kept, 'echo "install $CODEBUILD_BUILD_SUCCEEDING"']
  build:
    commands: ["exit 1"]
    finally: ['echo "finally $CODEBUILD_BUILD_SUCCEEDING"']
  post_build:
    commands: ['echo "after $CODEBUILD_BUILD_SUCCEEDING $word"']
""")
    log = builds.log(build)
    assert build["buildStatus"] == "FAILED"
    assert "install 1\n" in log
    assert "finally 0\n" in log
    assert "after 0 kept\n" in log
    assert names(build) == COMPLETE
    assert phase(build, "POST_BUILD")["phaseStatus"] == "SUCCEEDED"


def test_on_failure_changes_what_follows(builds: Builds) -> None:
    goes_on = builds.run("""
version: 0.2
phases:
  install: {on-failure: CONTINUE, commands: ["false"]}
  build: {commands: [echo reached]}
""")
    ends = builds.run("""
version: 0.2
phases:
  build: {on-failure: ABORT, commands: ["false"]}
  post_build: {commands: [echo reached]}
""")
    assert goes_on["buildStatus"] == ends["buildStatus"] == "FAILED"
    assert "\nreached\n" in builds.log(goes_on)
    assert "\nreached\n" not in builds.log(ends)
    assert "POST_BUILD" not in names(ends)


def test_a_failing_finally_fails_the_phase_but_does_not_hide_the_command(builds: Builds) -> None:
    build = builds.run("""
version: 0.2
phases:
  install: {commands: [echo fine], finally: ["(exit 5)"]}
""")
    assert "exit status 5" in phase(build, "INSTALL")["contexts"][0]["message"]
    both = builds.run("""
version: 0.2
phases:
  install: {commands: ["(exit 4)"], finally: ["(exit 5)"]}
""")
    assert "exit status 4" in phase(both, "INSTALL")["contexts"][0]["message"]


def test_a_command_finds_codebuilds_variables(builds: Builds) -> None:
    build = builds.run(
        """
version: 0.2
env:
  variables: {FROM_SPEC: spec, BOTH: spec, ALL: spec}
  exported-variables: [RESULT, MISSING]
phases:
  build:
    commands:
      - export RESULT="$FROM_SPEC $FROM_PROJECT $BOTH $ALL"
      - test "$CODEBUILD_SRC_DIR" = "$PWD"
      - test "$CODEBUILD_BUILD_NUMBER $CODEBUILD_INITIATOR" = "1 user"
      - test "$AWS_DEFAULT_REGION" = eu-west-1
      - echo "$CODEBUILD_BUILD_ID $CODEBUILD_BUILD_ARN"
""",
        settings={
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": [
                    {"name": "FROM_PROJECT", "value": "project"},
                    {"name": "BOTH", "value": "project"},
                    {"name": "ALL", "value": "project"},
                ],
            }
        },
        environmentVariablesOverride=[{"name": "ALL", "value": "override", "type": "PLAINTEXT"}],
    )
    assert build["buildStatus"] == "SUCCEEDED", builds.log(build)
    assert build["exportedEnvironmentVariables"] == [
        {"name": "RESULT", "value": "spec project project override"},
        {"name": "MISSING", "value": ""},
    ]
    assert f"{build['id']} {build['arn']}\n" in builds.log(build)
    assert {"name": "ALL", "value": "override", "type": "PLAINTEXT"} in build["environment"][
        "environmentVariables"
    ]


def test_the_users_own_credentials_stay_out(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a real one")
    monkeypatch.setenv("AWS_PROFILE", "production")
    build = builds.run("version: 0.2\nphases:\n  build:\n    commands: [env]\n")
    log = builds.log(build)
    assert "a real one" not in log
    assert "production" not in log
    assert "AWS_ACCESS_KEY_ID=local\n" in log


def test_a_build_installs_into_an_environment_of_its_own(builds: Builds) -> None:
    build = builds.run("""
version: 0.2
phases:
  build:
    commands:
      - python -c 'import sys, boto3; print("prefix", sys.prefix)'
      - python -m pip install --quiet --no-index boto3
      - python -c 'import sys, pathlib; print("own", pathlib.Path(sys.prefix, "pyvenv.cfg").exists())'
""")
    assert build["buildStatus"] == "SUCCEEDED", builds.log(build)
    assert f"{build['id'].split(':')[1]}/venv\n" in builds.log(build)
    assert "own True\n" in builds.log(build)


def test_what_a_build_leaves_running_ends_with_it(builds: Builds) -> None:
    build = builds.run("""
version: 0.2
phases:
  build:
    commands: ['sleep 300 & echo "pid=$!"']
""")
    pid = int(builds.log(build).rpartition("\npid=")[2].split()[0])
    status = Path(f"/proc/{pid}/status")
    assert not status.exists() or "State:\tZ" in status.read_text()
