"""Tuning jobs, as boto3 sees them."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, job_request


def start(sagemaker: Any, name: str, *, jobs: int = 3, parallel: int = 2, **static: str) -> None:
    definition = job_request("unused")
    del definition["TrainingJobName"], definition["HyperParameters"]
    definition["StaticHyperParameters"] = static
    definition["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "said", "Regex": r"said (\S+)"}]
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "said"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": parallel},
            "ParameterRanges": {
                "CategoricalParameterRanges": [{"Name": "say", "Values": ["said 1", "said 2", "said 3"]}],
                "ContinuousParameterRanges": [{"Name": "rate", "MinValue": "0.001", "MaxValue": "1"}],
                "IntegerParameterRanges": [{"Name": "size", "MinValue": "2", "MaxValue": "4"}],
            },
            "RandomSeed": 7,
        },
        TrainingJobDefinition=definition,
    )


def ended(sagemaker: Any, name: str) -> dict[str, Any]:
    while True:
        tuning = dict(sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name))
        if tuning["HyperParameterTuningJobStatus"] in ("Completed", "Failed", "Stopped"):
            return tuning
        time.sleep(0.05)


def listed(sagemaker: Any, name: str, **options: Any) -> list[dict[str, Any]]:
    reply = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, **options
    )
    return list(reply["TrainingJobSummaries"])


def test_the_best_job_by_the_objective_is_found(sagemaker: Any) -> None:
    start(sagemaker, "search", jobs=4)
    tuning = ended(sagemaker, "search")
    assert tuning["HyperParameterTuningJobStatus"] == "Completed"
    assert tuning["TrainingJobStatusCounters"]["Completed"] == 4
    assert tuning["ObjectiveStatusCounters"] == {"Succeeded": 4, "Pending": 0, "Failed": 0}

    jobs = listed(sagemaker, "search", SortBy="FinalObjectiveMetricValue", SortOrder="Descending")
    values = [job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for job in jobs]
    assert values == sorted(values, reverse=True)
    best = tuning["BestTrainingJob"]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == values[0]
    for job in jobs:
        drawn = job["TunedHyperParameters"]
        assert 0.001 <= float(drawn["rate"]) <= 1
        assert drawn["size"] in ("2", "3", "4")

    described = sagemaker.describe_training_job(TrainingJobName=best["TrainingJobName"])
    assert described["TuningJobArn"] == tuning["HyperParameterTuningJobArn"]
    assert described["HyperParameters"]["_tuning_objective_metric"] == "said"
    assert described["ModelArtifacts"]["S3ModelArtifacts"].startswith(f"s3://{BUCKET}/output/search-")
    (first, *_), more = listed(sagemaker, "search", MaxResults=1), listed(sagemaker, "search", NextToken="1")
    assert [first, *more] == listed(sagemaker, "search")


def test_no_more_jobs_run_at_once_than_allowed(sagemaker: Any) -> None:
    start(sagemaker, "narrow", jobs=3, parallel=1, sleep="0.2")
    ended(sagemaker, "narrow")
    jobs = sorted(listed(sagemaker, "narrow"), key=lambda job: str(job["CreationTime"]))
    for earlier, later in pairwise(jobs):
        assert earlier["TrainingEndTime"] <= later["CreationTime"]


def test_stopping_stops_the_training_jobs(sagemaker: Any) -> None:
    start(sagemaker, "stopped-search", jobs=2, sleep="60")
    while not listed(sagemaker, "stopped-search"):
        time.sleep(0.02)
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="stopped-search")
    assert ended(sagemaker, "stopped-search")["HyperParameterTuningJobStatus"] == "Stopped"
    assert {job["TrainingJobStatus"] for job in listed(sagemaker, "stopped-search")} == {"Stopped"}


def test_all_jobs_failing_fails_the_tuning_job(sagemaker: Any) -> None:
    start(sagemaker, "failing-search", jobs=2, exit="1")
    tuning = ended(sagemaker, "failing-search")
    assert tuning["HyperParameterTuningJobStatus"] == "Failed"
    assert "All training jobs failed" in tuning["FailureReason"]
    assert "BestTrainingJob" not in tuning


def test_an_unknown_tuning_job_is_not_found(sagemaker: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="nobody")
