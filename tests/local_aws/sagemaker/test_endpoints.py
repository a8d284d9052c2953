"""Endpoints: coming up, being updated, rolled back and deleted."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from local_aws.server import LocalAws

from .conftest import BUCKET, REGISTRY, ROLE, Deploy, put_model, variant

Describe = Callable[[str], dict[str, Any]]


def who(invoke: Callable[..., Any], endpoint: str) -> dict[str, Any]:
    return dict(json.loads(invoke(endpoint)["Body"]))


def failed(sagemaker: Any, name: str) -> str:
    """Wait for an endpoint to fail; the reason."""
    with pytest.raises(WaiterError):
        sagemaker.get_waiter("endpoint_in_service").wait(
            EndpointName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}
        )
    described = sagemaker.describe_endpoint(EndpointName=name)
    assert described["EndpointStatus"] == "Failed"
    return str(described["FailureReason"])


def has_ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_endpoint_serves_its_model(
    sagemaker: Any, configure: Deploy, in_service: Describe, invoke: Callable[..., Any]
) -> None:
    configure("serves", {"COLOUR": "blue", "PROBE_SLEEP": "0.5"})
    sagemaker.create_endpoint(EndpointName="serves", EndpointConfigName="serves")
    assert sagemaker.describe_endpoint(EndpointName="serves")["EndpointStatus"] == "Creating"
    described = in_service("serves")
    assert described["EndpointConfigName"] == "serves"
    (served,) = described["ProductionVariants"]
    assert served["VariantName"] == "AllTraffic"
    assert served["CurrentInstanceCount"] == served["DesiredInstanceCount"] == 1
    assert served["DeployedImages"][0]["SpecifiedImage"] == f"{REGISTRY}/probe:1"
    assert "DataCaptureConfig" not in described
    seen = who(invoke, "serves")
    assert seen["model"] == {"serves": "a model"}
    assert seen["environment"]["COLOUR"] == "blue"


def test_the_server_logs_to_cloudwatch(aws: LocalAws, deploy: Deploy, sagemaker: Any) -> None:
    deploy("logged")
    sagemaker.delete_endpoint(EndpointName="logged")
    logs = aws.runtime.client("logs")
    group = "/aws/sagemaker/Endpoints/logged"
    (stream,) = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert stream["logStreamName"].startswith("AllTraffic/")
    events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    assert events[0]["message"] == "the probe starts"


def test_a_container_that_ends_fails_the_endpoint_with_its_last_lines(
    sagemaker: Any, configure: Deploy
) -> None:
    configure("ends", {"PROBE_EXIT": "7"})
    sagemaker.create_endpoint(EndpointName="ends", EndpointConfigName="ends")
    reason = failed(sagemaker, "ends")
    assert "did not pass the ping health check" in reason
    assert "exit code 7" in reason
    assert "the probe gives up" in reason


def test_a_container_that_stays_silent_fails_the_endpoint(sagemaker: Any, configure: Deploy) -> None:
    slow = {**variant("silent"), "ContainerStartupHealthCheckTimeoutInSeconds": 60}
    configure("silent", {"PROBE_SLEEP": "60"}, ProductionVariants=[slow])
    sagemaker.create_endpoint(EndpointName="silent", EndpointConfigName="silent")
    with pytest.raises(ClientError, match="in-progress"):
        sagemaker.delete_endpoint(EndpointName="silent")


def test_missing_model_data_fails_the_endpoint(sagemaker: Any) -> None:
    container = {"Image": f"{REGISTRY}/probe:1", "ModelDataUrl": f"s3://{BUCKET}/models/none.tar.gz"}
    sagemaker.create_model(ModelName="no-data", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    sagemaker.create_endpoint_config(EndpointConfigName="no-data", ProductionVariants=[variant("no-data")])
    sagemaker.create_endpoint(EndpointName="no-data", EndpointConfigName="no-data")
    assert f"s3://{BUCKET}/models/none.tar.gz" in failed(sagemaker, "no-data")


def test_model_data_that_is_no_archive_fails_the_endpoint(sagemaker: Any, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="models/text.tar.gz", Body=b"not an archive")
    container = {"Image": f"{REGISTRY}/probe:1", "ModelDataUrl": f"s3://{BUCKET}/models/text.tar.gz"}
    sagemaker.create_model(ModelName="text", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    sagemaker.create_endpoint_config(EndpointConfigName="text", ProductionVariants=[variant("text")])
    sagemaker.create_endpoint(EndpointName="text", EndpointConfigName="text")
    assert "is not a model.tar.gz" in failed(sagemaker, "text")


@pytest.mark.parametrize(
    ("image", "expected"),
    [("nobodys", "there are: factorization-machines"), ("probes", "trains only")],
)
def test_an_image_that_cannot_serve_fails_the_endpoint(
    sagemaker: Any, s3: Any, image: str, expected: str
) -> None:
    container = {"Image": f"{REGISTRY}/{image}:1", "ModelDataUrl": put_model(s3, image)}
    sagemaker.create_model(ModelName=image, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    sagemaker.create_endpoint_config(EndpointConfigName=image, ProductionVariants=[variant(image)])
    sagemaker.create_endpoint(EndpointName=image, EndpointConfigName=image)
    assert expected in failed(sagemaker, image)
    sagemaker.delete_endpoint(EndpointName=image)


def test_an_update_switches_to_the_new_model_and_ends_the_old_process(
    sagemaker: Any, configure: Deploy, deploy: Deploy, in_service: Describe, invoke: Callable[..., Any]
) -> None:
    deploy("old")
    before = who(invoke, "old")
    configure("new", {"PROBE_SLEEP": "0.3"})
    policy = {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
        }
    }
    sagemaker.update_endpoint(EndpointName="old", EndpointConfigName="new", DeploymentConfig=policy)

    meanwhile = sagemaker.describe_endpoint(EndpointName="old")
    assert meanwhile["EndpointStatus"] == "Updating"
    assert meanwhile["EndpointConfigName"] == "old"
    assert meanwhile["PendingDeploymentSummary"]["EndpointConfigName"] == "new"
    assert who(invoke, "old")["process"] == before["process"]

    after = in_service("old")
    assert after["EndpointConfigName"] == "new"
    assert after["LastDeploymentConfig"] == policy
    assert "PendingDeploymentSummary" not in after
    assert who(invoke, "old")["model"] == {"new": "a model"}
    while not has_ended(before["process"]):
        time.sleep(0.02)


def test_an_update_that_fails_is_rolled_back(
    sagemaker: Any, configure: Deploy, deploy: Deploy, in_service: Describe, invoke: Callable[..., Any]
) -> None:
    deploy("kept")
    configure("failing", {"PROBE_EXIT": "1"})
    sagemaker.update_endpoint(EndpointName="kept", EndpointConfigName="failing")
    described = in_service("kept")
    assert described["EndpointConfigName"] == "kept"
    assert "the probe gives up" in described["FailureReason"]
    assert who(invoke, "kept")["model"] == {"kept": "a model"}


def test_an_alarm_rolls_an_update_back(
    aws: LocalAws,
    sagemaker: Any,
    configure: Deploy,
    deploy: Deploy,
    in_service: Describe,
    invoke: Callable[..., Any],
) -> None:
    cloudwatch = aws.runtime.client("cloudwatch")
    for name in ("quiet", "loud"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            MetricName="Invocation5XXErrors",
            Namespace="AWS/SageMaker",
            Period=60,
            Statistic="Sum",
            Threshold=0,
        )
    cloudwatch.set_alarm_state(AlarmName="loud", StateValue="ALARM", StateReason="test")
    deploy("watched")
    configure("watched-next")
    for alarm, expected in (("loud", "watched"), ("quiet", "watched-next")):
        config = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": alarm}]}}
        sagemaker.update_endpoint(
            EndpointName="watched", EndpointConfigName="watched-next", DeploymentConfig=config
        )
        described = in_service("watched")
        assert described["EndpointConfigName"] == expected
        assert ("loud" in described.get("FailureReason", "")) == (alarm == "loud")
        assert who(invoke, "watched")["model"] == {expected: "a model"}


def test_invocations_under_way_outlive_an_update(
    aws: LocalAws,
    sagemaker: Any,
    configure: Deploy,
    deploy: Deploy,
    in_service: Describe,
    invoke: Callable[..., Any],
) -> None:
    deploy("busy")
    configure("busy-next")
    replies: list[bytes] = []
    aws.runtime.start_thread(
        "slow request",
        lambda: replies.append(invoke("busy", b"sleep 1.5", ContentType="text/plain")["Body"]),
        lambda reason: replies.append(reason.encode()),
    )
    time.sleep(0.2)
    sagemaker.update_endpoint(EndpointName="busy", EndpointConfigName="busy-next")
    in_service("busy")
    assert who(invoke, "busy")["model"] == {"busy-next": "a model"}
    while not replies:
        time.sleep(0.02)
    assert replies == [b"sleep 1.5"]


def test_an_update_needs_the_live_configuration_as_well(
    sagemaker: Any, configure: Deploy, deploy: Deploy
) -> None:
    deploy("orphaned")
    configure("adopted")
    sagemaker.delete_endpoint_config(EndpointConfigName="orphaned")
    with pytest.raises(
        ClientError, match=r"Could not find endpoint configuration .*endpoint-config/orphaned"
    ):
        sagemaker.update_endpoint(EndpointName="orphaned", EndpointConfigName="adopted")


def test_deleting_ends_the_process(
    sagemaker: Any, deploy: Deploy, invoke: Callable[..., Any], aws: LocalAws
) -> None:
    deploy("deleted")
    process = who(invoke, "deleted")["process"]
    sagemaker.delete_endpoint(EndpointName="deleted")
    waiter = sagemaker.get_waiter("endpoint_deleted")
    waiter.wait(EndpointName="deleted", WaiterConfig={"Delay": 0.05, "MaxAttempts": 100})
    assert has_ended(process)
    assert not list((aws.runtime.folder / "sagemaker/endpoints/deleted").glob("*/*"))


def test_weights_and_instances_change_in_place(
    sagemaker: Any, configure: Deploy, deploy: Deploy, invoke: Callable[..., Any]
) -> None:
    configure("second")
    deploy("two", ProductionVariants=[variant("second", "A", 1), variant("second", "B", 0)])
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="two",
        DesiredWeightsAndCapacities=[
            {"VariantName": "A", "DesiredWeight": 0},
            {"VariantName": "B", "DesiredWeight": 2, "DesiredInstanceCount": 3},
        ],
    )
    described = sagemaker.describe_endpoint(EndpointName="two")["ProductionVariants"]
    weights = {
        item["VariantName"]: (item["CurrentWeight"], item["CurrentInstanceCount"]) for item in described
    }
    assert weights == {"A": (0.0, 1), "B": (2.0, 3)}
    assert {invoke("two")["InvokedProductionVariant"] for _ in range(5)} == {"B"}
    with pytest.raises(ClientError, match='"C" is/are not present'):
        sagemaker.update_endpoint_weights_and_capacities(
            EndpointName="two", DesiredWeightsAndCapacities=[{"VariantName": "C", "DesiredWeight": 1}]
        )


def test_names_are_taken_once(sagemaker: Any, deploy: Deploy) -> None:
    deploy("once")
    container = {"Image": f"{REGISTRY}/probe:1"}
    with pytest.raises(ClientError, match="Cannot create already existing model"):
        sagemaker.create_model(ModelName="once", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    with pytest.raises(ClientError, match="Cannot create already existing endpoint configuration"):
        sagemaker.create_endpoint_config(EndpointConfigName="once", ProductionVariants=[variant("once")])
    with pytest.raises(ClientError, match="Cannot create already existing endpoint"):
        sagemaker.create_endpoint(EndpointName="once", EndpointConfigName="once")


def test_an_unknown_endpoint_or_configuration_is_not_found(sagemaker: Any, deploy: Deploy) -> None:
    with pytest.raises(ClientError, match="Could not find endpoint"):
        sagemaker.update_endpoint(EndpointName="nobody", EndpointConfigName="nothing")
    deploy("somebody")
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        sagemaker.update_endpoint(EndpointName="somebody", EndpointConfigName="nothing")


def test_describe_keeps_what_a_model_and_a_configuration_were_created_with(sagemaker: Any) -> None:
    container = {"Image": f"{REGISTRY}/probe:1", "Environment": {"A": "1"}}
    sagemaker.create_model(
        ModelName="told", ExecutionRoleArn=ROLE, PrimaryContainer=container, EnableNetworkIsolation=True
    )
    model = sagemaker.describe_model(ModelName="told")
    assert model["EnableNetworkIsolation"] is True
    assert model["PrimaryContainer"]["Environment"] == {"A": "1"}
    assert "VpcConfig" not in model
    sagemaker.create_endpoint_config(
        EndpointConfigName="told", ProductionVariants=[variant("told")], ExecutionRoleArn=ROLE
    )
    config = sagemaker.describe_endpoint_config(EndpointConfigName="told")
    assert config["ProductionVariants"] == [variant("told")]
    assert config["ExecutionRoleArn"] == ROLE
    assert "DataCaptureConfig" not in config


def test_names_that_aws_refuses_are_refused(sagemaker: Any, configure: Deploy) -> None:
    configure("named")
    for name in ("../named", "-named", "named_once", "n" * 64):
        with pytest.raises(ClientError, match="failed to satisfy constraint"):
            sagemaker.create_endpoint(EndpointName=name, EndpointConfigName="named")
    with pytest.raises(ClientError, match="variantName"):
        sagemaker.create_endpoint_config(
            EndpointConfigName="variants", ProductionVariants=[variant("named", "../A")]
        )


def test_an_update_can_retain_weights_and_instances(
    sagemaker: Any, configure: Deploy, deploy: Deploy, in_service: Describe
) -> None:
    deploy("scaled")
    configure("scaled-next")
    scaled = [{"VariantName": "AllTraffic", "DesiredWeight": 3, "DesiredInstanceCount": 4}]
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="scaled", DesiredWeightsAndCapacities=scaled
    )
    sagemaker.update_endpoint(
        EndpointName="scaled", EndpointConfigName="scaled-next", RetainAllVariantProperties=True
    )
    described = in_service("scaled")
    assert described["EndpointConfigName"] == "scaled-next"
    (served,) = described["ProductionVariants"]
    assert (served["CurrentWeight"], served["CurrentInstanceCount"]) == (3.0, 4)
