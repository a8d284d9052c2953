"""Terraform's state in the local AWS's S3, locked by a lock file.

https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from local_aws.server import LocalAws
from tests.local_aws.terraform.command import Terraform


@pytest.fixture(autouse=True)
def state_bucket(aws: LocalAws) -> None:
    aws.runtime.client("s3").create_bucket(
        Bucket="terraform-state", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )


def wait_for(path: Path) -> None:
    for _ in range(3000):
        if path.exists():
            return
        time.sleep(0.1)
    raise TimeoutError(path)


def test_of_two_applies_at_once_one_is_refused_and_the_lock_is_freed(
    aws: LocalAws, terraform: Callable[[str], Terraform]
) -> None:
    stack = terraform("locking")
    first = stack.start("apply", "-auto-approve", "-input=false")
    try:
        wait_for(stack.folder / "started")
        code, output = stack.run("apply", "-auto-approve", "-input=false")
        assert code == 1
        assert "Error acquiring the state lock" in output
    finally:
        (stack.folder / "release").touch()
        output, _ = first.communicate()
    assert first.returncode == 0, output
    assert not stack.drift()
    keys = aws.runtime.client("s3").list_objects_v2(Bucket="terraform-state")["Contents"]
    assert [entry["Key"] for entry in keys] == ["stack/terraform.tfstate"]
