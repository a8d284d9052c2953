"""What a workgroup's settings do to its queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]


def test_an_enforced_workgroup_overrides_the_clients_output(athena: Any, s3: Any, run: Run) -> None:
    encryption = {"EncryptionOption": "SSE_KMS", "KmsKey": "alias/some-key"}
    athena.create_work_group(
        Name="enforced",
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {
                "OutputLocation": "s3://athena-data/enforced/",
                "EncryptionConfiguration": encryption,
            },
        },
    )
    execution = run("SELECT 1", WorkGroup="enforced")
    configuration = execution["ResultConfiguration"]
    assert configuration["OutputLocation"].startswith("s3://athena-data/enforced/")
    assert configuration["EncryptionConfiguration"] == encryption
    key = configuration["OutputLocation"].removeprefix("s3://athena-data/")
    assert s3.head_object(Bucket="athena-data", Key=key)["ServerSideEncryption"] == "aws:kms"
    listed = athena.list_query_executions(WorkGroup="enforced")["QueryExecutionIds"]
    assert listed == [execution["QueryExecutionId"]]


def test_a_workgroup_that_does_not_enforce_leaves_the_clients_output(athena: Any, run: Run) -> None:
    athena.create_work_group(
        Name="open",
        Configuration={
            "EnforceWorkGroupConfiguration": False,
            "ResultConfiguration": {"OutputLocation": "s3://athena-data/open/"},
        },
    )
    chosen = run("SELECT 1", WorkGroup="open")["ResultConfiguration"]["OutputLocation"]
    assert chosen.startswith("s3://athena-data/results/")
    default = run("SELECT 1", WorkGroup="open", ResultConfiguration={})["ResultConfiguration"]
    assert default["OutputLocation"].startswith("s3://athena-data/open/")


def test_a_workgroup_with_a_history_is_deleted_only_when_told_to(athena: Any, run: Run) -> None:
    athena.create_work_group(Name="used", Configuration={"EnforceWorkGroupConfiguration": False})
    run("SELECT 1", WorkGroup="used")
    with pytest.raises(athena.exceptions.InvalidRequestException, match="used is not empty"):
        athena.delete_work_group(WorkGroup="used")
    athena.delete_work_group(WorkGroup="used", RecursiveDeleteOption=True)


def test_a_disabled_workgroup_runs_nothing(athena: Any, start: Callable[..., str]) -> None:
    athena.create_work_group(Name="off", Configuration={"EnforceWorkGroupConfiguration": False})
    athena.update_work_group(WorkGroup="off", State="DISABLED")
    with pytest.raises(athena.exceptions.InvalidRequestException, match="WorkGroup off is disabled"):
        start("SELECT 1", WorkGroup="off")


def test_a_query_over_the_scan_limit_is_cancelled(athena: Any, s3: Any, run: Run) -> None:
    athena.create_work_group(
        Name="frugal",
        Configuration={"EnforceWorkGroupConfiguration": False, "BytesScannedCutoffPerQuery": 10_000_000},
    )
    for part in range(3):
        s3.put_object(Bucket="athena-data", Key=f"wide/{part}.txt", Body=b"x" * 6_000_000)
    run("CREATE EXTERNAL TABLE wide (a string) LOCATION 's3://athena-data/wide/'")
    assert run("SELECT count(*) FROM ratings", WorkGroup="frugal")["Status"]["State"] == "SUCCEEDED"
    status = run("SELECT count(*) FROM wide", WorkGroup="frugal")["Status"]
    assert (status["State"], status["StateChangeReason"]) == (
        "CANCELLED",
        "Bytes scanned limit was exceeded",
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"WorkGroup": "nobody"}, "WorkGroup nobody is not found"),
        ({"ResultConfiguration": {}}, "No output location provided"),
        (
            {"ResultConfiguration": {"OutputLocation": "s3://no-such-bucket/x/"}},
            "output bucket",
        ),
        ({"ResultConfiguration": {"OutputLocation": "/tmp/x"}}, "not a valid S3 path"),  # noqa: S108
    ],
)
def test_a_query_that_may_not_start_is_refused(
    athena: Any, start: Callable[..., str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(athena.exceptions.InvalidRequestException, match=message):
        start("SELECT 1", **options)
