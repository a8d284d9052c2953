"""Builds as a whole: stopping, time limits, the queue, the operations, other clients."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.codebuild.engine import CodeBuild
from local_aws.server import LocalAws
from tests.local_aws.codebuild.builds import Builds, names, phase

QUICK = "version: 0.2\nphases: {build: {commands: ['true']}}"
SLOW = """
version: 0.2
phases:
  build:
    commands:
      - echo waiting
      - bash -c 'trap "echo child had TERM; exit 9" TERM; while :; do sleep 0.05; done'
    finally: [echo never]
  post_build:
    commands: [echo never]
"""


def await_phase(builds: Builds, build_id: str, name: str) -> dict[str, Any]:
    for _ in range(2400):
        build = builds.get(build_id)
        if build["currentPhase"] == name and (name != "BUILD" or "\nwaiting\n" in builds.log_file(build)):
            return build
        time.sleep(0.05)
    raise AssertionError(f"{build_id} is in {build['currentPhase']}")


def test_a_stopped_build_gets_term_and_says_so(builds: Builds) -> None:
    build_id = builds.start(builds.project(SLOW))
    await_phase(builds, build_id, "BUILD")
    assert builds.client.stop_build(id=build_id)["build"]["id"] == build_id
    build = builds.finished(build_id)
    assert build["buildStatus"] == "STOPPED"
    assert phase(build, "BUILD")["phaseStatus"] == "STOPPED"
    assert names(build)[-3:] == ["BUILD", "FINALIZING", "COMPLETED"]
    assert "child had TERM\n" in builds.log(build)
    assert "\nnever\n" not in builds.log(build)


def test_a_build_past_its_time_limit_is_ended(builds: Builds) -> None:
    engine = builds.aws.runtime.engine(CodeBuild)
    engine.seconds_per_minute, usual = 0.5, engine.seconds_per_minute
    try:
        build_id = builds.start(builds.project(SLOW), timeoutInMinutesOverride=5)
    finally:
        engine.seconds_per_minute = usual
    build = builds.finished(build_id)
    assert build["buildStatus"] == "TIMED_OUT"
    assert phase(build, "BUILD")["phaseStatus"] == "TIMED_OUT"
    assert phase(build, "BUILD")["contexts"][0] == {
        "statusCode": "BUILD_TIMED_OUT",
        "message": "Build has timed out",
    }
    assert "\nnever\n" not in builds.log(build)


def test_a_project_runs_no_more_builds_at_once_than_it_may(builds: Builds) -> None:
    project = builds.project(QUICK.replace("'true'", "sleep 0.2"), concurrentBuildLimit=1)
    ids = [builds.start(project) for _ in range(3)]
    assert builds.get(ids[2])["currentPhase"] == "QUEUED"
    ended = [builds.finished(build_id) for build_id in ids]
    assert [build["buildStatus"] for build in ended] == ["SUCCEEDED"] * 3
    spans = [(phase(b, "PROVISIONING")["startTime"], phase(b, "FINALIZING")["endTime"]) for b in ended]
    assert spans == sorted(spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_a_queued_build_can_be_stopped(builds: Builds) -> None:
    project = builds.project(SLOW, concurrentBuildLimit=1)
    first, second = builds.start(project), builds.start(project)
    await_phase(builds, first, "BUILD")
    builds.client.stop_build(id=second)
    assert builds.finished(second)["buildStatus"] == "STOPPED"
    assert builds.get(first)["buildStatus"] == "IN_PROGRESS"
    builds.client.stop_build(id=first)
    assert builds.finished(first)["buildStatus"] == "STOPPED"


def test_builds_without_a_limit_run_at_once(builds: Builds) -> None:
    project = builds.project(
        "version: 0.2\nphases: {build: {commands: ['echo $CODEBUILD_BUILD_NUMBER > n; cat n']}}"
    )
    ended = [builds.finished(build_id) for build_id in [builds.start(project) for _ in range(4)]]
    assert {build["buildNumber"] for build in ended} == {1, 2, 3, 4}
    for build in ended:
        assert f"\n{build['buildNumber']}\n" in builds.log(build)


def test_builds_are_listed_and_retried(builds: Builds) -> None:
    project = builds.project(QUICK)
    first = builds.finished(builds.start(project, environmentVariablesOverride=[{"name": "A", "value": "1"}]))
    second = builds.client.retry_build(id=first["id"])["build"]
    builds.finished(second["id"])
    assert second["environment"]["environmentVariables"] == [{"name": "A", "value": "1"}]
    listed = builds.client.list_builds_for_project(projectName=project)["ids"]
    assert listed == [second["id"], first["id"]]
    assert set(listed) <= set(builds.client.list_builds()["ids"])
    answer = builds.client.batch_get_builds(ids=[first["arn"], "none:none"])
    assert answer["builds"][0]["id"] == first["id"]
    assert answer["buildsNotFound"] == ["none:none"]


def test_an_unknown_project_or_build_is_refused(builds: Builds) -> None:
    with pytest.raises(ClientError, match=r"ResourceNotFoundException.*Project cannot be found"):
        builds.client.start_build(projectName="none")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        builds.client.stop_build(id="none:none")


def test_deleting_a_project_ends_its_builds(builds: Builds) -> None:
    project = builds.project(SLOW)
    build_id = builds.start(project)
    await_phase(builds, build_id, "BUILD")
    builds.client.delete_project(name=project)
    assert builds.finished(build_id)["buildStatus"] == "STOPPED"


def test_stopping_the_server_ends_its_builds(tmp_path: Path) -> None:
    with LocalAws(tmp_path) as aws:
        builds = Builds(aws, "unused")
        build_id = builds.start(
            builds.project("version: 0.2\nphases: {build: {commands: [echo waiting, sleep 300]}}")
        )
        await_phase(builds, build_id, "BUILD")
        build = aws.runtime.engine(CodeBuild).get(build_id)
    assert build is not None
    assert build.done.wait(60)
    assert build.status == "STOPPED"


def test_a_fault_of_the_server_ends_the_build_with_its_reason(builds: Builds) -> None:
    project = builds.project(QUICK)
    (builds.aws.runtime.folder / "codebuild").mkdir(exist_ok=True)
    (builds.aws.runtime.folder / "codebuild" / project).write_text("in the way")
    build = builds.finished(builds.start(project))
    assert build["buildStatus"] == "FAULT"
    context = phase(build, "PROVISIONING")["contexts"][0]
    assert context["statusCode"] == "INTERNAL_ERROR"
    assert "NotADirectoryError" in context["message"]


def test_the_aws_cli_reads_a_build(builds: Builds) -> None:
    build_id = builds.finished(builds.start(builds.project(QUICK)))["id"]
    command = [sys.executable, "-m", "awscli", "codebuild", "batch-get-builds", "--ids", build_id]
    environment = os.environ | builds.aws.runtime.environment()
    answer = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert answer["builds"][0]["buildStatus"] == "SUCCEEDED"
    assert isinstance(answer["builds"][0]["startTime"], float)
