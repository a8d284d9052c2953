"""S3 configurations that moto takes for something else: it lists or makes a bucket where one is named.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime

_KINDS = ("Analytics", "IntelligentTiering", "Metrics")
OPERATIONS = (
    *(f"{verb}Bucket{kind}Configuration" for kind in _KINDS for verb in ("Get", "Put", "Delete")),
    *(f"ListBucket{kind}Configurations" for kind in _KINDS),
    *(f"{verb}BucketMetadataConfiguration" for verb in ("Create", "Get", "Delete")),
    *(f"{verb}BucketMetadataTableConfiguration" for verb in ("Create", "Get", "Delete")),
    "DeleteBucketInventoryConfiguration",
    "GetBucketAbac",
    "GetObjectTorrent",
    "PutBucketAbac",
    "RenameObject",
)


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Refuse each by name."""
    for operation in OPERATIONS:
        hooks.handle("s3", operation, _refuse)


def _refuse(call: Call) -> Params:
    raise ServiceError("NotImplemented", f"The local AWS does not implement s3:{call.operation}.", 501)
