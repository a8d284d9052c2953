"""Training jobs, as boto3 sees them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws

from .conftest import BUCKET, REGISTRY, Train, channel, job_request, unpacked


def put(s3: Any, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())


def image(name: str) -> dict[str, Any]:
    return {"TrainingImage": f"{REGISTRY}/{name}:1", "TrainingInputMode": "File"}


def test_a_job_trains_and_leaves_its_model_in_s3(s3: Any, train: Train) -> None:
    put(s3, "plain/train/a.csv", "plain/train/deep/b.csv", "plain/training.csv")
    job = train(
        "plain",
        HyperParameters={"say": "quality=0.25\nquality=0.75"},
        InputDataConfig=[channel(f"s3://{BUCKET}/plain/train")],
        Environment={"COLOUR": "green"},
    )
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    assert [item["Status"] for item in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    assert job["TrainingEndTime"] >= job["TrainingStartTime"]
    assert job["BillableTimeInSeconds"] >= 1
    assert [(item["MetricName"], item["Value"]) for item in job["FinalMetricDataList"]] == [("quality", 0.75)]
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://{BUCKET}/output/plain/output/model.tar.gz"}
    assert "FailureReason" not in job
    assert "VpcConfig" not in job
    assert job["Environment"] == {"COLOUR": "green"}

    seen = unpacked(s3, job["ModelArtifacts"]["S3ModelArtifacts"])["seen-localhost.json"]
    # A prefix is not a folder: plain/training.csv starts with it as well, and is then named from there.
    assert seen["files"] == [
        "input/data/train/a.csv",
        "input/data/train/deep/b.csv",
        "input/data/train/training.csv",
    ]
    assert seen["channels"]["train"]["TrainingInputMode"] == "File"
    assert seen["environment"]["COLOUR"] == "green"
    assert seen["environment"]["TRAINING_JOB_NAME"] == "plain"
    assert "PYTEST_CURRENT_TEST" not in seen["environment"]


def test_the_output_goes_to_cloudwatch_logs(aws: LocalAws, train: Train) -> None:
    train("logged", HyperParameters={"say": "one\ntwo"})
    logs = aws.runtime.client("logs")
    group = "/aws/sagemaker/TrainingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="logged/algo-1-")[
        "logStreams"
    ]
    events = logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"])["events"]
    assert [event["message"] for event in events] == ["one", "two"]


def test_a_manifest_names_the_files(s3: Any, train: Train) -> None:
    put(s3, "listed/x/1", "listed/x/2", "listed/x/3")
    manifest = [{"prefix": f"s3://{BUCKET}/listed/"}, "x/1", "x/3"]
    s3.put_object(Bucket=BUCKET, Key="manifest.json", Body=json.dumps(manifest).encode())
    job = train(
        "listed", InputDataConfig=[channel(f"s3://{BUCKET}/manifest.json", S3DataType="ManifestFile")]
    )
    seen = unpacked(s3, job["ModelArtifacts"]["S3ModelArtifacts"])["seen-localhost.json"]
    assert seen["files"] == ["input/data/train/x/1", "input/data/train/x/3"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("probe", {"seen-localhost.json": ["0", "1", "2", "3", "4"]}),
        ("probes", {"seen-algo-1.json": ["0", "2", "4"], "seen-algo-2.json": ["1", "3"]}),
    ],
    ids=["an image of one process gets every shard", "a distributed image gets its host's shards"],
)
def test_sharded_channels(s3: Any, train: Train, name: str, expected: dict[str, list[str]]) -> None:
    put(s3, *(f"{name}-shards/{number}" for number in range(5)))
    job = train(
        f"{name}-sharded",
        AlgorithmSpecification=image(name),
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
        InputDataConfig=[channel(f"s3://{BUCKET}/{name}-shards/", S3DataDistributionType="ShardedByS3Key")],
    )
    seen = unpacked(s3, job["ModelArtifacts"]["S3ModelArtifacts"])
    files = {key: [file.rpartition("/")[2] for file in value["files"]] for key, value in seen.items()}
    assert files == expected


@pytest.mark.parametrize("uri", [f"s3://{BUCKET}/nothing-here/", "s3://no-such-bucket/train/"])
def test_a_prefix_without_objects_is_refused(sagemaker: Any, uri: str) -> None:
    with pytest.raises(ClientError, match=rf"ValidationException.*{uri}"):
        sagemaker.create_training_job(**job_request("no-data", InputDataConfig=[channel(uri)]))
    with pytest.raises(ClientError, match="Could not find training job"):
        sagemaker.describe_training_job(TrainingJobName="no-data")


def test_a_manifest_of_missing_files_fails_the_job(s3: Any, train: Train) -> None:
    manifest = [{"prefix": f"s3://{BUCKET}/"}, "gone"]
    s3.put_object(Bucket=BUCKET, Key="gone.json", Body=json.dumps(manifest).encode())
    job = train("gone", InputDataConfig=[channel(f"s3://{BUCKET}/gone.json", S3DataType="ManifestFile")])
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(f"ClientError: Data download failed: s3://{BUCKET}/gone: ")


def test_pipe_mode_fails_the_job_and_says_what_there_is(s3: Any, train: Train) -> None:
    put(s3, "pipe/a")
    job = train("pipe", InputDataConfig=[{**channel(f"s3://{BUCKET}/pipe/"), "InputMode": "Pipe"}])
    assert job["TrainingJobStatus"] == "Failed"
    assert "File and FastFile" in job["FailureReason"]


def test_a_failed_process_fails_the_job_with_its_last_lines(train: Train) -> None:
    job = train("broken", HyperParameters={"say": "the reason", "exit": "3"})
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: the reason, exit code: 3"


def test_the_failure_file_is_the_reason(train: Train) -> None:
    job = train(
        "declared", HyperParameters={"say": "noise", "failure": "ClientError: bad input", "exit": "2"}
    )
    assert job["FailureReason"] == "ClientError: bad input, exit code: 2"


def test_one_failed_host_fails_the_job(train: Train) -> None:
    job = train(
        "one-host",
        AlgorithmSpecification=image("probes"),
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
        HyperParameters={"exit": "1"},
    )
    assert job["TrainingJobStatus"] == "Failed"


def test_a_stopped_job_keeps_its_model(sagemaker: Any, s3: Any) -> None:
    sagemaker.create_training_job(**job_request("stopped", HyperParameters={"sleep": "60", "say": "up"}))
    while sagemaker.describe_training_job(TrainingJobName="stopped")["SecondaryStatus"] != "Training":
        time.sleep(0.02)
    time.sleep(0.5)
    sagemaker.stop_training_job(TrainingJobName="stopped")
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName="stopped", WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
    job = sagemaker.describe_training_job(TrainingJobName="stopped")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert unpacked(s3, job["ModelArtifacts"]["S3ModelArtifacts"])
    with pytest.raises(ClientError, match="in status Stopped"):
        sagemaker.stop_training_job(TrainingJobName="stopped")


def test_a_job_is_stopped_at_its_time_limit(train: Train) -> None:
    job = train("slow", HyperParameters={"sleep": "60"}, StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_an_unknown_image_fails_the_job_naming_those_there_are(train: Train) -> None:
    job = train("unknown", AlgorithmSpecification=image("nobodys"))
    assert job["TrainingJobStatus"] == "Failed"
    assert "nobodys:1; there are: factorization-machines, probe" in job["FailureReason"]
    assert 'repository = "nobodys"' in job["FailureReason"]
    assert "--images images.toml" in job["FailureReason"]


def test_an_own_image_brings_its_metric_definitions(train: Train) -> None:
    given = [{"Name": "loss", "Regex": r"loss is (\S+)"}]
    job = train(
        "own-metrics",
        AlgorithmSpecification={**image("probe"), "MetricDefinitions": given},
        HyperParameters={"say": "loss is 0.5\nloss is unknown"},
    )
    assert given[0] in job["AlgorithmSpecification"]["MetricDefinitions"]
    assert [(item["MetricName"], item["Value"]) for item in job["FinalMetricDataList"]] == [("loss", 0.5)]


def test_a_name_is_taken_until_the_job_is_deleted(sagemaker: Any, train: Train) -> None:
    train("taken")
    with pytest.raises(ClientError, match="ResourceInUse"):
        sagemaker.create_training_job(**job_request("taken"))
    sagemaker.delete_training_job(TrainingJobName="taken")
    assert train("taken")["TrainingJobStatus"] == "Completed"


def test_a_running_job_is_listed_updated_and_not_deleted(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("running", HyperParameters={"sleep": "60"}))
    listed = sagemaker.list_training_jobs(NameContains="running", StatusEquals="InProgress")
    assert [item["TrainingJobName"] for item in listed["TrainingJobSummaries"]] == ["running"]
    sagemaker.update_training_job(TrainingJobName="running", RemoteDebugConfig={"EnableRemoteDebug": False})
    with pytest.raises(ClientError, match="stop it first"):
        sagemaker.delete_training_job(TrainingJobName="running")
    sagemaker.stop_training_job(TrainingJobName="running")


@pytest.mark.parametrize("operation", ["stop_training_job", "update_training_job", "delete_training_job"])
def test_an_unknown_job_is_not_found(sagemaker: Any, operation: str) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        getattr(sagemaker, operation)(TrainingJobName="nobody")


def test_names_that_aws_refuses_are_refused(sagemaker: Any, s3: Any) -> None:
    for name in ("../up", "under_score", "n" * 64):
        with pytest.raises(ClientError, match="'trainingJobName' failed to satisfy constraint"):
            sagemaker.create_training_job(**job_request(name))
    put(s3, "named/a")
    outside = {**channel(f"s3://{BUCKET}/named/"), "ChannelName": ".."}
    with pytest.raises(ClientError, match="'channelName' failed to satisfy constraint"):
        sagemaker.create_training_job(**job_request("outside", InputDataConfig=[outside]))
