"""Athena workgroups: defaults and updates.

https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfigurationUpdates.html
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws


@pytest.fixture(scope="module")
def athena(aws: LocalAws) -> Any:
    return aws.runtime.client("athena")


@pytest.fixture
def workgroup(athena: Any) -> str:
    name = f"group-{uuid4()}"
    athena.create_work_group(
        Name=name,
        Description="first",
        Configuration={
            "BytesScannedCutoffPerQuery": 10_000_000,
            "ResultConfiguration": {
                "OutputLocation": "s3://bucket/one/",
                "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
            },
        },
    )
    return name


def read(athena: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = athena.get_work_group(WorkGroup=name)["WorkGroup"]
    return found


def test_defaults_are_awss(athena: Any, workgroup: str) -> None:
    configuration = read(athena, workgroup)["Configuration"]
    assert configuration["PublishCloudWatchMetricsEnabled"]
    assert configuration["EngineVersion"] == {
        "SelectedEngineVersion": "AUTO",
        "EffectiveEngineVersion": "Athena engine version 3",
    }


def test_an_update_changes_what_it_names_and_keeps_the_rest(athena: Any, workgroup: str) -> None:
    athena.update_work_group(
        WorkGroup=workgroup,
        Description="second",
        State="DISABLED",
        ConfigurationUpdates={
            "RemoveBytesScannedCutoffPerQuery": True,
            "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
            "ResultConfigurationUpdates": {
                "OutputLocation": "s3://bucket/two/",
                "RemoveEncryptionConfiguration": True,
            },
        },
    )
    found = read(athena, workgroup)
    assert (found["Description"], found["State"]) == ("second", "DISABLED")
    configuration = found["Configuration"]
    assert "BytesScannedCutoffPerQuery" not in configuration
    assert configuration["ResultConfiguration"] == {"OutputLocation": "s3://bucket/two/"}
    assert configuration["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    assert configuration["EnforceWorkGroupConfiguration"]


def test_updating_a_missing_workgroup_is_refused(athena: Any) -> None:
    with pytest.raises(ClientError, match="WorkGroup missing is not found"):
        athena.update_work_group(WorkGroup="missing")
