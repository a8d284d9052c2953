"""Where an execution begins: commits, objects, the first execution."""

from __future__ import annotations

import json

from local_aws.codepipeline.engine import CodePipeline
from local_aws.codepipeline.execution import Trigger
from tests.local_aws.codebuild.builds import zipped
from tests.local_aws.codepipeline.pipelines import Pipelines, action

SHOW = "version: 0.2\nphases: {build: {commands: ['cat word.txt']}}\nartifacts: {files: [word.txt]}"


def test_a_pipeline_made_before_its_repository_has_a_commit_waits(pipelines: Pipelines) -> None:
    pipeline = pipelines.create([pipelines.build("Build", SHOW)])
    assert pipelines.executions(pipeline) == []
    execution = pipelines.run(pipeline)
    assert execution["status"] == "Failed"
    assert f"There is no repository {pipelines.repository}" in execution["statusSummary"]
    pipelines.commit({"word.txt": "now"})
    assert pipelines.run(pipeline)["status"] == "Succeeded"


def test_an_execution_takes_the_newest_commit_or_the_one_it_is_told(pipelines: Pipelines) -> None:
    old = pipelines.commit({"word.txt": "old"})
    pipeline = pipelines.create([pipelines.build("Build", SHOW, outputs=["Out"])])
    pipelines.first(pipeline)
    new = pipelines.commit({"word.txt": "new"}, "The newer one")
    newest = pipelines.run(pipeline)
    override = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": old}
    told = pipelines.run(pipeline, sourceRevisions=[override])
    for execution, commit, word in ((newest, new, "new"), (told, old, "old")):
        details = pipelines.details(pipeline, execution["pipelineExecutionId"])
        assert execution["artifactRevisions"][0]["revisionId"] == commit
        assert pipelines.artifact(details["Build"]["output"]["outputArtifacts"][0]) == {"word.txt": word}
    summary = json.loads(newest["artifactRevisions"][0]["revisionSummary"])
    assert summary == {"ProviderType": "GitHub", "CommitMessage": "The newer one"}
    listed = pipelines.executions(pipeline)
    assert [each["sourceRevisions"][0]["revisionId"] for each in listed] == [old, new, old]


def test_a_push_can_start_an_execution_of_its_commit(pipelines: Pipelines) -> None:
    commit = pipelines.commit({"word.txt": "pushed"})
    name = pipelines.create([pipelines.build("Build", SHOW)])
    pipelines.first(name)
    engine = pipelines.aws.runtime.engine(CodePipeline)
    pipeline = engine.pipeline("123456789012", "eu-west-1", name)
    started = engine.start(pipeline, Trigger("WebhookV2", "a push"), revisions={"Source": commit})
    execution = pipelines.finished(name, started.id)
    assert execution["status"] == "Succeeded"
    assert execution["trigger"] == {"triggerType": "WebhookV2", "triggerDetail": "a push"}


def test_a_token_reads_the_same_repository_and_is_never_shown(pipelines: Pipelines) -> None:
    pipelines.commit({"word.txt": "by token"})
    owner, _, repository = pipelines.repository.partition("/")
    source = action(
        "Source",
        "GitHub",
        outputs=["SourceOutput"],
        namespace="Commit",
        configuration={"Owner": owner, "Repo": repository, "Branch": "main", "OAuthToken": "ghp_secret"},
    )
    build = pipelines.build("Build", SHOW)
    stages = [{"name": "Source", "actions": [source]}, {"name": "Build", "actions": [build]}]
    pipeline = pipelines.create([build], stages=stages)
    execution = pipelines.first(pipeline)
    assert execution["status"] == "Succeeded", execution["statusSummary"]
    listed = pipelines.client.list_action_executions(pipelineName=pipeline)
    assert "ghp_secret" not in json.dumps(listed, default=str)
    assert "ghp_secret" not in json.dumps(pipelines.client.get_pipeline_state(name=pipeline), default=str)


def test_an_object_of_s3_is_a_source(pipelines: Pipelines) -> None:
    bucket = pipelines.builds.bucket
    configuration = {"S3Bucket": bucket, "S3ObjectKey": "source.zip"}
    source = action("Source", "S3", outputs=["SourceOutput"], configuration=configuration)
    build = pipelines.build("Build", SHOW, outputs=["Out"])
    stages = [{"name": "Source", "actions": [source]}, {"name": "Build", "actions": [build]}]
    pipeline = pipelines.create([build], stages=stages)
    assert pipelines.executions(pipeline) == []
    assert "NoSuchKey" in pipelines.run(pipeline)["statusSummary"]
    pipelines.builds.s3.put_object(Bucket=bucket, Key="source.zip", Body=zipped({"word.txt": "from s3"}))
    execution = pipelines.run(pipeline)
    details = pipelines.details(pipeline, execution["pipelineExecutionId"])
    assert pipelines.artifact(details["Build"]["output"]["outputArtifacts"][0]) == {"word.txt": "from s3"}
