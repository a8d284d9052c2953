"""``git push`` to the local AWS: real pushes, what they start, and what the pusher reads."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from local_aws import state_file
from local_aws.server import LocalAws
from tests.local_aws.codebuild.builds import Builds
from tests.local_aws.codepipeline.pipelines import Pipelines, action
from tests.local_aws.codepipeline.pushing import Checkout

QUICK = "version: 0.2\nphases: {build: {commands: ['true']}}"


def waiting_for(file: Path) -> str:
    return f"version: 0.2\nphases: {{build: {{commands: ['until [ -f {file} ]; do sleep .05; done']}}}}"


@pytest.fixture(scope="module", autouse=True)
def announced(aws: LocalAws) -> Iterator[None]:
    """The work folder tells of its local AWS, as one started by command does."""
    with state_file.hold(aws.runtime.folder) as path:
        state_file.announce(path, aws.runtime)
        yield


@pytest.fixture
def checkout(pipelines: Pipelines) -> Checkout:
    """A checkout with one commit, which has been pushed."""
    made = Checkout(pipelines.folder / "checkout", pipelines.aws.runtime.folder, pipelines.repository)
    made.commit("README.md")
    assert made.push() == [f"No pipeline has {pipelines.repository} as its source.", "Nothing starts."]
    return made


def create(pipelines: Pipelines, *stages: list[dict[str, Any]], paths: str = "**", **settings: Any) -> str:
    """A pipeline that takes pushes to main which touch ``paths``; its first execution has ended."""
    push = {"branches": {"includes": ["main"]}, "filePaths": {"includes": [paths]}}
    git = {"sourceActionName": "Source", "push": settings.pop("push", [push])}
    trigger = {"providerType": "CodeStarSourceConnection", "gitConfiguration": git}
    pipeline = pipelines.create(*stages, triggers=[trigger], **settings)
    for execution in pipelines.executions(pipeline):
        pipelines.client.stop_pipeline_execution(
            pipelineName=pipeline, pipelineExecutionId=execution["pipelineExecutionId"], abandon=True
        )
        pipelines.finished(pipeline, execution["pipelineExecutionId"])
    return pipeline


def pushed(pipelines: Pipelines, pipeline: str) -> list[dict[str, Any]]:
    """The executions that pushes started, the first first."""
    started = [e for e in pipelines.executions(pipeline) if e["trigger"]["triggerType"] == "WebhookV2"]
    return [pipelines.finished(pipeline, each["pipelineExecutionId"]) for each in started[::-1]]


def test_a_push_starts_what_it_concerns_and_follows_it_to_the_end(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    spec = """
        version: 0.2
        env: {exported-variables: [GATE_SUMMARY]}
        phases: {build: {commands: ["export GATE_SUMMARY=accuracy-0.9"]}}
    """
    iris = create(pipelines, [pipelines.build("Test", spec)], paths="training/iris/**")
    other = create(pipelines, [pipelines.build("Test", QUICK)], paths="training/movielens/**")
    first = checkout.commit("training/iris/train.py", message="Train longer\n\nMuch longer.")
    said = checkout.push()
    assert said[0] == f"main at {first[:12]}, 1 file changed:"
    assert f"  {iris} starts: training/iris/train.py changed (filter: training/iris/**)" in said
    assert f"  {other} does not start: no changed file matches training/movielens/**" in said
    assert any("Ctrl-C ends the following only" in line and "local-aws follow" in line for line in said)
    assert any(re.search(rf"{iris}  ✓ Source +Source .* {first[:12]} Train longer$", line) for line in said)
    assert any(re.search(rf"{iris}  ✓ TestStage +Test .* accuracy-0\.9$", line) for line in said)
    assert re.fullmatch(rf"{iris}  ✓ SUCCEEDED after \d+ s \(execution [\w-]+\)", said[-1])
    [execution] = pushed(pipelines, iris)
    detail = execution["trigger"]["triggerDetail"]
    assert detail == f"Push to the branch main of {pipelines.repository}: {first}"
    assert execution["artifactRevisions"][0]["revisionId"] == first
    assert "Train longer" in execution["artifactRevisions"][0]["revisionSummary"]
    assert pushed(pipelines, other) == []


def test_a_push_of_documentation_starts_nothing_and_says_why(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    pipeline = create(pipelines, [pipelines.build("Test", QUICK)], paths="training/**")
    checkout.commit("docs/a.md")
    said = checkout.push()
    assert said[1:] == [
        f"  {pipeline} does not start: no changed file matches training/**",
        "Nothing starts.",
    ]


def test_every_commit_of_a_push_counts_also_what_a_later_one_takes_back(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    pipeline = create(pipelines, [pipelines.build("Test", QUICK)], paths="training/**")
    checkout.commit("training/a.py")
    checkout.git("revert", "--no-edit", "HEAD")
    last = checkout.commit("docs/a.md")
    assert f"  {pipeline} starts: training/a.py changed (filter: training/**)" in checkout.push()
    [execution] = pushed(pipelines, pipeline)
    assert execution["artifactRevisions"][0]["revisionId"] == last


def test_a_forced_push_is_compared_with_what_it_replaces(pipelines: Pipelines, checkout: Checkout) -> None:
    checkout.commit("training/a.py")
    checkout.push()
    pipeline = create(pipelines, [pipelines.build("Test", QUICK)], paths="training/**")
    checkout.git("reset", "--quiet", "--hard", "HEAD^")
    checkout.commit("docs/a.md")
    assert f"  {pipeline} starts: training/a.py changed (filter: training/**)" in checkout.push(
        "--force", "main"
    )


def test_other_branches_tags_and_deletions_start_what_takes_them(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    main = create(pipelines, [pipelines.build("Test", QUICK)])
    tags = create(pipelines, [pipelines.build("Test", QUICK)], push=[{"tags": {"includes": ["v*"]}}])
    features = create(
        pipelines, [pipelines.build("Test", QUICK)], push=[{"branches": {"includes": ["feature/*"]}}]
    )
    said = checkout.push("main:feature/a")
    assert f"  {main} does not start: the branch feature/a matches none of main" in said
    assert f"  {tags} does not start: its trigger takes no branches" in said
    assert f"  {features} starts: the branch feature/a" in said
    checkout.git("-c", "tag.gpgSign=false", "tag", "--annotate", "v1", "--message", "One")
    assert f"  {tags} starts: the tag v1" in checkout.push("v1")
    [execution] = pushed(pipelines, tags)
    assert execution["artifactRevisions"][0]["revisionId"] == checkout.git("rev-parse", "HEAD")
    assert checkout.push("--delete", "feature/a") == ["refs/heads/feature/a: deleted", "Nothing starts."]
    assert checkout.push("main:refs/notes/x") == [
        "refs/notes/x: neither a branch nor a tag",
        "Nothing starts.",
    ]


def test_the_branch_that_was_pushed_is_the_source_wherever_it_is(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    pipeline = create(
        pipelines, [pipelines.build("Test", QUICK)], push=[{"branches": {"includes": ["feature/*"]}}]
    )
    commit = checkout.commit("a.py", message="Only on the branch")
    checkout.push("main:feature/a")
    [execution] = pushed(pipelines, pipeline)
    details = pipelines.details(pipeline, execution["pipelineExecutionId"])["Source"]
    assert details["output"]["outputVariables"]["BranchName"] == "feature/a"
    assert details["output"]["outputVariables"]["CommitId"] == commit


def test_a_failed_pipeline_fails_no_push_and_is_the_last_word(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    spec = "version: 0.2\nphases: {build: {commands: ['echo accuracy is too low; false']}}"
    pipeline = create(pipelines, [pipelines.build("Test", spec)])
    checkout.commit("a.py")
    said = checkout.push()
    assert f"{pipeline}    | accuracy is too low" in said
    log = next(line for line in said if "The whole log: " in line).partition("local-aws logs ")[2].split()[0]
    assert "accuracy is too low" in local_aws(pipelines, "logs", log).stdout
    assert re.match(rf"{pipeline}  ✗ FAILED after \d+ s: TestStage / Test: Build terminated", said[-2])
    assert said[-1] == f"FAILED: {pipeline}. What was pushed stays pushed."


def approval() -> dict[str, Any]:
    page = "https://console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/plan:1/view/new"
    evidence = {"CustomData": "Accuracy 0.9\nPlan: 1 to add", "ExternalEntityLink": page}
    return action("Approve", "Manual", configuration=evidence)


def local_aws(pipelines: Pipelines, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command about the local AWS of the tests."""
    command = [sys.executable, "-m", "local_aws", *arguments, "--folder", str(pipelines.aws.runtime.folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_a_push_ends_where_a_person_is_asked_and_the_command_goes_on(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    pipeline = create(pipelines, [approval()], [pipelines.build("Deploy", QUICK)], executionMode="QUEUED")
    checkout.commit("a.py")
    said = checkout.push()
    assert said[-4:-2] == [f"{pipeline}  | Accuracy 0.9", f"{pipeline}  | Plan: 1 to add"]
    assert "local-aws logs plan:1 --folder" in said[-2]
    assert "? WAITS FOR APPROVAL" in said[-1]
    assert f"local-aws approve {pipeline} --folder" in said[-1]
    checkout.commit("b.py")
    behind = checkout.push()[-1]
    assert re.search(
        r"\? QUEUED in front of ApproveStage behind execution .*which waits for approval", behind
    )
    approved = local_aws(pipelines, "approve", pipeline)
    assert approved.returncode == 0, approved.stderr
    assert approved.stdout.startswith(f"Approved: {pipeline}, ApproveStage / Approve\n")
    assert f"{pipeline}  ✓ SUCCEEDED" in approved.stdout
    pipelines.until(
        lambda: pipelines.action_state(pipeline, "ApproveStage", "Approve"),
        lambda got: bool(got["latestExecution"].get("token")),
    )
    refused = local_aws(pipelines, "approve", pipeline, "--reject", "--comment", "too slow")
    assert refused.returncode == 1
    assert "ApproveStage / Approve: Rejected by" in refused.stdout
    assert "too slow" in refused.stdout
    nothing = local_aws(pipelines, "approve", pipeline)
    assert (nothing.returncode, nothing.stderr) == (2, f"No approval of {pipeline} waits.\n")


def test_what_cannot_be_followed_or_approved_is_said(pipelines: Pipelines) -> None:
    unknown = local_aws(pipelines, "follow", "nothing")
    assert unknown.returncode == 1
    assert "There is no pipeline nothing; there are: " in unknown.stdout
    assert local_aws(pipelines, "approve", "nothing").returncode == 2


def test_a_disabled_transition_holds_a_push_with_the_command_that_lets_it_in(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    pipeline = create(pipelines, [pipelines.build("Test", QUICK)])
    way = {"pipelineName": pipeline, "stageName": "TestStage", "transitionType": "Inbound"}
    pipelines.client.disable_stage_transition(**way, reason="freeze")
    checkout.commit("a.py")
    said = checkout.push()
    assert f"{pipeline}  … TestStage waits: the transition into the stage is disabled: freeze" in said
    assert said[-1] == (
        f"{pipeline}  ? HELD in front of TestStage. Let it in: aws codepipeline enable-stage-transition "
        f"--pipeline-name {pipeline} --stage-name TestStage --transition-type Inbound"
    )
    pipelines.client.delete_pipeline(name=pipeline)


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [
        ("QUEUED", ["Succeeded", "Succeeded", "Succeeded"]),
        ("SUPERSEDED", ["Succeeded", "Superseded", "Succeeded"]),
        ("PARALLEL", ["Succeeded", "Succeeded", "Succeeded"]),
    ],
)
def test_quick_pushes_end_as_the_execution_mode_says(
    pipelines: Pipelines, checkout: Checkout, mode: str, statuses: list[str]
) -> None:
    go = pipelines.folder / "go"
    pipeline = create(pipelines, [pipelines.build("Slow", waiting_for(go))], executionMode=mode)
    commits = []
    for number in range(3):
        commits.append(checkout.commit(f"{number}.py", message=f"Change {number}"))
        said = checkout.push("-o", "no-follow", "main")
        assert said[-1].startswith("To follow: ")
        executions = pipelines.executions(pipeline)
        newest = executions[0]["pipelineExecutionId"]
        pipelines.until(lambda newest=newest: arrived(pipelines, pipeline, newest), lambda got: got["slow"])  # type: ignore[misc]
    follower = subprocess.Popen(
        [sys.executable, "-m", "local_aws", "follow", "--folder", str(pipelines.aws.runtime.folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert follower.stdout
    first = follower.stdout.readline()
    go.touch()
    said_later = first + follower.communicate(timeout=120)[0]
    ended = pushed(pipelines, pipeline)
    assert [each["status"] for each in ended] == statuses
    assert [each["artifactRevisions"][0]["revisionId"] for each in ended] == commits
    assert "Change 0" in ended[0]["artifactRevisions"][0]["revisionSummary"]
    assert said_later.count("✓ SUCCEEDED") == statuses.count("Succeeded")
    times = [
        (slow["startTime"], slow["lastUpdateTime"])
        for each in ended
        if (slow := pipelines.details(pipeline, each["pipelineExecutionId"]).get("Slow"))
    ]
    one_by_one = all(before[1] <= after[0] for before, after in pairwise(times))
    assert one_by_one is (mode != "PARALLEL")


def arrived(pipelines: Pipelines, pipeline: str, execution: str) -> dict[str, Any]:
    """Whether an execution has come as far as the slow stage."""
    queue = pipelines.state(pipeline, "SlowStage")
    waits = execution in [each["pipelineExecutionId"] for each in queue["inboundExecutions"]]
    return {"slow": waits or "Slow" in pipelines.details(pipeline, execution)}


def test_a_push_can_start_nothing_or_not_wait(pipelines: Pipelines, checkout: Checkout) -> None:
    pipeline = create(pipelines, [pipelines.build("Test", QUICK)])
    checkout.commit("a.py")
    said = checkout.push("-o", "ci.skip", "-o", "odd", "main")
    assert said == [
        "Unknown push option odd; there are: ci.skip, no-follow",
        "The push option ci.skip is given.",
        "Nothing starts.",
    ]
    assert pushed(pipelines, pipeline) == []


def test_ctrl_c_ends_the_following_and_leaves_the_pipeline_running(
    pipelines: Pipelines, checkout: Checkout
) -> None:
    go = pipelines.folder / "go"
    pipeline = create(pipelines, [pipelines.build("Slow", waiting_for(go))])
    commit = checkout.commit("a.py")
    child, terminal = pty.fork()
    if child == 0:
        # As from an interactive shell, which outlives the Ctrl-C.
        push = shlex.join(checkout.command("push", "local", "main"))
        shell = ["bash", "-c", f"trap : INT; {push}; sleep 3"]
        os.execvpe("bash", shell, checkout.environment)  # noqa: S606
    text = ""
    while "SlowStage" not in text:
        text += os.read(terminal, 65536).decode(errors="replace")
    os.write(terminal, b"\x03")
    try:
        while part := os.read(terminal, 65536):
            text += part.decode(errors="replace")
    except OSError:  # Linux's answer once the other end is closed.
        pass
    os.waitpid(child, 0)
    os.close(terminal)
    assert "The commits are pushed, and the pipelines go on." in text
    assert "Traceback" not in text
    go.touch()
    [execution] = pushed(pipelines, pipeline)
    assert execution["status"] == "Succeeded"
    assert execution["artifactRevisions"][0]["revisionId"] == commit


def test_a_push_without_a_local_aws_is_kept_and_says_so(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout", tmp_path / "aws", "acme/app")
    checkout.commit("a.py")
    assert checkout.push() == [
        f"The commits are stored, but no local AWS runs in {tmp_path / 'aws'}: no pipeline starts."
    ]


def test_the_end_of_the_local_aws_ends_a_push_in_a_sentence(tmp_path: Path) -> None:
    with LocalAws(tmp_path / "aws") as aws:
        state_file.announce(aws.runtime.folder / "local-aws.json", aws.runtime)
        builds = Builds(aws, "bucket")
        where = {"LocationConstraint": "eu-west-1"}
        builds.s3.create_bucket(Bucket="bucket", CreateBucketConfiguration=where)
        pipelines = Pipelines(aws, tmp_path, builds)
        checkout = Checkout(tmp_path / "checkout", aws.runtime.folder, pipelines.repository)
        checkout.commit("a.py")
        checkout.push()
        create(pipelines, [pipelines.build("Slow", waiting_for(tmp_path / "never"))])
        checkout.commit("b.py")
        push = subprocess.Popen(
            checkout.command("push", "local", "main"),
            env=checkout.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert push.stderr
        line = ""
        while "SlowStage" not in line:
            line = push.stderr.readline()
    said = push.communicate(timeout=60)[1]
    assert push.returncode == 0
    assert "The local AWS stops, and with it what runs." in said
    assert "Traceback" not in said


def test_a_hook_of_somebody_else_stays(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout", tmp_path / "aws", "acme/app")
    hook = tmp_path / "aws/git/acme/app.git/hooks/post-receive"
    hook.write_text("#!/bin/sh\necho mine\n")
    checkout.commit("a.py")
    second = Checkout(tmp_path / "second", tmp_path / "aws", "acme/app")
    assert checkout.push() == ["mine"]
    assert second.folder.is_dir()
