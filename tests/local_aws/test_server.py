"""The local AWS as a server: addresses, accounts, errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws


def test_s3_answers_through_the_gateway(aws: LocalAws) -> None:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="bucket", Key="k", Body=b"\x00binary\xff")
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"\x00binary\xff"


def test_the_account_is_the_one_it_was_started_with(tmp_path: Path) -> None:
    with LocalAws(tmp_path, account_id="210987654321") as aws:
        assert aws.runtime.client("sts").get_caller_identity()["Account"] == "210987654321"


def test_an_operation_nobody_implements_is_refused_by_name(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="sagemaker:CreateMonitoringSchedule"):
        aws.runtime.client("sagemaker").create_monitoring_schedule(
            MonitoringScheduleName="x",
            MonitoringScheduleConfig={"MonitoringJobDefinitionName": "x", "MonitoringType": "DataQuality"},
        )


def test_a_public_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"0\.0\.0\.0 is not a loopback address"):
        LocalAws(tmp_path, host="0.0.0.0")  # noqa: S104


def test_what_one_server_held_is_unknown_to_the_next(tmp_path: Path) -> None:
    for _ in range(2):
        with LocalAws(tmp_path, account_id="310987654321") as aws:
            sns = aws.runtime.client("sns")
            assert sns.list_topics()["Topics"] == []
            sns.create_topic(Name="topic")
