"""CodePipeline with a repository of one commit, for each test."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from local_aws.server import LocalAws
from tests.local_aws.codebuild.builds import Builds
from tests.local_aws.codepipeline.pipelines import Pipelines


@pytest.fixture(scope="module")
def builds(aws: LocalAws) -> Builds:
    made = Builds(aws, f"bucket-{uuid4()}")
    where = {"LocationConstraint": "eu-west-1"}
    made.s3.create_bucket(Bucket=made.bucket, CreateBucketConfiguration=where)
    return made


@pytest.fixture
def pipelines(aws: LocalAws, builds: Builds, tmp_path: Path) -> Pipelines:
    return Pipelines(aws, tmp_path, builds)
