"""Executions from end to end: artifacts, variables, order, failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.local_aws.codepipeline.pipelines import Pipelines, action

QUICK = "version: 0.2\nphases: {build: {commands: ['true']}}"


def test_artifacts_pass_through_three_builds(pipelines: Pipelines) -> None:
    commit = pipelines.commit({"word.txt": "from git", "bs/train.yml": """
version: 0.2
phases: {build: {commands: ["cp word.txt model.txt; echo trained >> model.txt"]}}
artifacts: {files: [model.txt]}
"""})  # fmt: skip
    synth = """
version: 0.2
phases:
  build:
    commands:
      - test "$CODEBUILD_RESOLVED_SOURCE_VERSION" = "$COMMIT"
      - mkdir out; cat word.txt "$CODEBUILD_SRC_DIR_TrainOutput/model.txt" > out/all.txt; echo side > side.txt
artifacts:
  secondary-artifacts:
    SynthOutput: {files: ['**/*'], base-directory: out}
    Side: {files: [side.txt]}
"""
    final = """
version: 0.2
phases: {build: {commands: ["cat all.txt > done.txt; cat $CODEBUILD_SRC_DIR_Side/side.txt >> done.txt"]}}
artifacts: {files: [done.txt]}
"""
    train = pipelines.build("Train", "bs/train.yml", outputs=["TrainOutput"])
    pipeline = pipelines.create(
        [train],
        [
            pipelines.build(
                "Synth",
                synth,
                [{"name": "COMMIT", "value": "#{Commit.CommitId}", "type": "PLAINTEXT"}],
                inputs=["SourceOutput", "TrainOutput"],
                outputs=["SynthOutput", "Side"],
                configuration={"PrimarySource": "SourceOutput"},
            )
        ],
        [
            pipelines.build(
                "Final",
                final,
                inputs=["Side", "SynthOutput"],
                outputs=["Done"],
                configuration={"PrimarySource": "SynthOutput"},
            )
        ],
    )
    execution = pipelines.first(pipeline)
    details = pipelines.details(pipeline, execution["pipelineExecutionId"])
    assert execution["status"] == "Succeeded", execution["statusSummary"]
    assert execution["trigger"]["triggerType"] == "CreatePipeline"
    assert execution["artifactRevisions"][0]["revisionId"] == commit
    done = details["Final"]["output"]["outputArtifacts"][0]
    assert pipelines.artifact(done) == {"done.txt": "from gitfrom gittrained\nside\n"}
    assert done["s3location"]["key"].startswith(f"{pipeline[:20]}/Done/")
    assert [a["name"] for a in details["Synth"]["input"]["inputArtifacts"]] == ["SourceOutput", "TrainOutput"]
    build = pipelines.builds.get(details["Train"]["output"]["executionResult"]["externalExecutionId"])
    assert build["initiator"] == f"codepipeline/{pipeline}"
    assert build["resolvedSourceVersion"] == commit


def test_variables_reach_configurations_whatever_is_in_them(pipelines: Pipelines) -> None:
    message = 'Say "hello" \\ $HOME\n\nand `more`'
    pipelines.commit({"a": "b"}, message)
    first = """
version: 0.2
env: {exported-variables: [VERSION]}
phases: {build: {commands: ["export VERSION=1.2.3"]}}
"""
    second = """
version: 0.2
phases:
  build:
    commands: ['printf "%s|%s|%s|%s" "$MESSAGE" "$VERSION" "$RUN" "$COLOUR" > seen.txt']
artifacts: {files: [seen.txt]}
"""
    variables = [
        {"name": "MESSAGE", "value": "#{Commit.CommitMessage}"},
        {"name": "VERSION", "value": "v#{Built.VERSION}", "type": "PLAINTEXT"},
        {"name": "RUN", "value": "#{codepipeline.PipelineExecutionId}"},
        {"name": "COLOUR", "value": "#{variables.colour}"},
    ]
    pipeline = pipelines.create(
        [pipelines.build("One", first, namespace="Built")],
        [pipelines.build("Two", second, variables, outputs=["Seen"])],
        variables=[{"name": "colour", "defaultValue": "red"}],
    )
    pipelines.first(pipeline)
    execution = pipelines.run(pipeline, variables=[{"name": "colour", "value": "blue"}])
    details = pipelines.details(pipeline, execution["pipelineExecutionId"])
    assert execution["status"] == "Succeeded", execution["statusSummary"]
    assert execution["variables"] == [{"name": "colour", "resolvedValue": "blue"}]
    seen = pipelines.artifact(details["Two"]["output"]["outputArtifacts"][0])["seen.txt"]
    assert seen == f"{message}|v1.2.3|{execution['pipelineExecutionId']}|blue"
    assert details["One"]["output"]["outputVariables"] == {"VERSION": "1.2.3"}
    assert details["Two"]["input"]["configuration"]["EnvironmentVariables"] == json.dumps(variables)
    assert "v1.2.3" in details["Two"]["input"]["resolvedConfiguration"]["EnvironmentVariables"]


def test_a_failed_build_stops_the_pipeline_with_its_reason(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    failing = "version: 0.2\nphases: {build: {commands: ['echo AUC 0.61 is below 0.77 >&2', 'exit 3']}}"
    pipeline = pipelines.create([pipelines.build("Gate", failing)], [pipelines.build("Deploy", QUICK)])
    execution = pipelines.first(pipeline)
    gate = pipelines.action_state(pipeline, "GateStage", "Gate")["latestExecution"]
    assert execution["status"] == "Failed"
    assert gate["status"] == "Failed"
    assert gate["errorDetails"]["code"] == "JobFailed"
    for text in (gate["summary"], gate["errorDetails"]["message"], execution["statusSummary"]):
        assert "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR" in text
        assert "Error while executing command: exit 3. Reason: exit status 3" in text
        assert "AUC 0.61 is below 0.77" in text
    assert gate["externalExecutionId"].startswith("project-")
    assert "log-stream" in gate["logStreamARN"]
    assert pipelines.state(pipeline, "GateStage")["latestExecution"]["status"] == "Failed"
    assert "latestExecution" not in pipelines.state(pipeline, "DeployStage")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"configuration": {"ProjectName": "no-such-project"}}, "Project cannot be found"),
        ({"configuration": {"PrimarySource": "Other"}}, "PrimarySource: given Other; allowed: SourceOutput"),
        ({"inputs": ["Nowhere"]}, "no action before made the artifact Nowhere"),
        ({"variables": [{"name": "A", "value": "#{Commit.Nothing} #{no.x}"}]}, "#{no.x} has no value"),
        ({"variables": {"A": "1"}}, "allowed: a JSON list"),
        ({"outputs": ["Result"]}, "no artifact for the pipeline's Result: add artifacts.files"),
    ],
)
def test_a_build_action_that_cannot_be_run_says_why(
    pipelines: Pipelines, settings: dict[str, Any], reason: str
) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([pipelines.build("Bad", QUICK, **settings)])
    execution = pipelines.first(pipeline)
    assert execution["status"] == "Failed"
    assert reason in execution["statusSummary"]


def test_an_action_type_that_is_not_there_is_named(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    pipeline = pipelines.create([action("Invoke", "Lambda", category="Invoke", inputs=["SourceOutput"])])
    assert (
        "given Invoke/Lambda; the local AWS has: Approval/Manual"
        in pipelines.first(pipeline)["statusSummary"]
    )


def test_actions_of_one_run_order_run_together_and_the_next_after_them(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    folder = pipelines.folder
    # Each of the two waits for the other's file.
    wait = "touch {0}/{1}; until [ -f {0}/{2} ]; do sleep .05; done"
    meet = f"version: 0.2\nphases: {{{{build: {{{{commands: ['{wait}']}}}}}}}}"
    last = f"version: 0.2\nphases: {{build: {{commands: ['test -f {folder}/one -a -f {folder}/two']}}}}"
    pipeline = pipelines.create(
        [
            pipelines.build("One", meet.format(folder, "one", "two"), runOrder=1),
            pipelines.build("Two", meet.format(folder, "two", "one"), runOrder=1),
            pipelines.build("Last", last, runOrder=2),
        ]
    )
    execution = pipelines.first(pipeline)
    details = pipelines.details(pipeline, execution["pipelineExecutionId"])
    assert execution["status"] == "Succeeded", execution["statusSummary"]
    assert details["Last"]["startTime"] >= max(details[name]["lastUpdateTime"] for name in ("One", "Two"))


def test_artifacts_are_encrypted_with_the_stores_key(pipelines: Pipelines) -> None:
    pipelines.commit({"a": "b"})
    key = pipelines.aws.runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    store = {"type": "S3", "location": pipelines.builds.bucket, "encryptionKey": {"id": key, "type": "KMS"}}
    keep = "version: 0.2\nphases: {}\nartifacts: {files: [a]}"
    pipeline = pipelines.create([pipelines.build("Keep", keep, outputs=["Kept"])], artifactStore=store)
    details = pipelines.details(pipeline, pipelines.first(pipeline)["pipelineExecutionId"])
    for name in ("Source", "Keep"):
        where = details[name]["output"]["outputArtifacts"][0]["s3location"]
        head = pipelines.builds.s3.head_object(Bucket=where["bucket"], Key=where["key"])
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)


def test_stage_conditions_are_said_to_have_no_effect(
    pipelines: Pipelines, caplog: pytest.LogCaptureFixture
) -> None:
    build = pipelines.build("Build", QUICK)
    stages = [
        {"name": "Source", "actions": [pipelines.source()]},
        {"name": "Build", "actions": [build], "onFailure": {"result": "ROLLBACK"}},
    ]
    pipelines.create([build], stages=stages)
    assert "stage Build: onFailure is not emulated" in caplog.text


def test_the_aws_cli_reads_the_state(pipelines: Pipelines) -> None:
    commit = pipelines.commit({"a": "b"})
    pipeline = pipelines.create([pipelines.build("Build", QUICK)])
    pipelines.first(pipeline)
    command = [sys.executable, "-m", "awscli", "codepipeline", "get-pipeline-state", "--name", pipeline]
    environment = os.environ | pipelines.aws.runtime.environment()
    state = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    source, build = state["stageStates"]
    assert source["actionStates"][0]["currentRevision"]["revisionId"] == commit
    assert source["actionStates"][0]["latestExecution"]["status"] == "Succeeded"
    assert build["latestExecution"]["status"] == "Succeeded"
    assert build["inboundTransitionState"] == {"enabled": True}
    assert isinstance(state["created"], float)
