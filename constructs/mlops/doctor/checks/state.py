"""The bucket of Terraform's state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from mlops.doctor.finding import Finding, fault, ok
from mlops.doctor.set_up import SetUp

SUBJECT = "state bucket"
_DEPLOY = "cdktf deploy bootstrap"


def look(set_up: SetUp) -> Iterator[Finding]:
    """Whether it is there, in the region, keeps old states and encrypts them with a key of its own."""
    bucket, s3 = set_up.examples[0].names.state_bucket, set_up.client("s3")
    try:
        head = s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 403:
            said = f"{bucket} belongs to another account, or these credentials may not see it"
            yield fault(SUBJECT, said, "aws.state_bucket in mlops.toml: another name; or other credentials")
        elif status == 301:
            said = f"{bucket} is in another region than {set_up.region}"
            yield fault(SUBJECT, said, "aws.region or aws.state_bucket in mlops.toml")
        else:
            yield fault(SUBJECT, f"{bucket} does not exist", _DEPLOY)
        return
    region = head.get("BucketRegion", set_up.region)
    if region != set_up.region:
        said = f"{bucket} is in {region}, mlops.toml says {set_up.region}"
        yield fault(SUBJECT, said, "aws.region or aws.state_bucket in mlops.toml")
        return
    flaws = list(_flaws(s3, bucket))
    if flaws:
        yield fault(SUBJECT, f"{bucket}: {'; '.join(flaws)}", _DEPLOY)
    else:
        yield ok(SUBJECT, f"{bucket}: versioned, encrypted with a key of its own")


def _flaws(s3: Any, bucket: str) -> Iterator[str]:
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        yield "versioning is off, so old states are lost"
    try:
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ServerSideEncryptionConfigurationNotFoundError":
            raise
        rules = []
    if not any(rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID") for rule in rules):
        yield "it is not encrypted with a KMS key of its own"
