"""CodeBuild with a bucket, for each test module."""

from __future__ import annotations

from uuid import uuid4

import pytest

from local_aws.server import LocalAws
from tests.local_aws.codebuild.builds import Builds


@pytest.fixture(scope="module")
def builds(aws: LocalAws) -> Builds:
    bucket = f"bucket-{uuid4()}"
    made = Builds(aws, bucket)
    made.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return made
