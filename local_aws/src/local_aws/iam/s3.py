"""What a request to S3 needs: actions that are called otherwise than the operations, and the objects' keys.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from moto.s3.models import s3_backends

from local_aws.account_region import AccountRegion
from local_aws.hooks import Call
from local_aws.iam import keys
from local_aws.iam.access import Access, Context

#: The action of each operation that has another's name.
ACTIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_CONFIGURATION = re.compile(
    r"(?P<verb>Get|Put|Delete|List)Bucket(?P<what>Analytics|IntelligentTiering|Inventory|Metrics)Configurations?"
)
_VERSIONED = ("GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging")
_COPIES = ("CopyObject", "UploadPartCopy")
_MULTIPART = ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "UploadPartCopy")
_HEADERS = ("x-amz-acl", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
            "x-amz-storage-class", "if-match", "if-none-match")  # fmt: skip
_QUERY = ("prefix", "delimiter", "max-keys", "versionId")


def action_of(operation: str) -> str:
    """The name of an operation's action, without ``s3:``."""
    found = _CONFIGURATION.fullmatch(operation)
    if found is not None:
        verb = "Get" if found["verb"] in ("Get", "List") else "Put"
        return f"{verb}{found['what']}Configuration"
    return ACTIONS.get(operation, operation)


class Request:
    """A call to S3; what it asks of the bucket, its objects and their keys."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.bucket, _, key = call.path.lstrip("/").partition("/")
        self.key = key
        self._context = _context(call)

    def accesses(self) -> Iterator[Access]:
        """All that must be allowed."""
        operation = self._call.operation
        if operation == "ListBuckets":
            yield Access("s3:ListAllMyBuckets", "*")
            return
        if operation == "DeleteObjects":
            yield from (self._on("DeleteObject", key) for key in _deleted(self._call.body))
            return
        action = action_of(operation)
        if action in _VERSIONED and "versionId" in self._call.query:
            action += "Version"
        yield self._on(action, self.key)
        if operation in _COPIES:
            yield from self._of_source()
        if self._call.headers.get("x-amz-tagging") and action == "PutObject":
            yield self._on("PutObjectTagging", self.key)
        if self._call.headers.get("x-amz-acl") and action == "PutObject":
            yield self._on("PutObjectAcl", self.key)
        yield from self._of_key(operation, action)

    def listing(self) -> Access:
        """What lets the caller know that an object is not there."""
        context = {**self._context, "s3:prefix": (self.key,)}
        return Access("s3:ListBucket", f"arn:aws:s3:::{self.bucket}", context)

    def _on(self, action: str, key: str) -> Access:
        resource = f"arn:aws:s3:::{self.bucket}/{key}" if key else f"arn:aws:s3:::{self.bucket}"
        return Access(f"s3:{action}", resource, self._context)

    def _of_source(self) -> Iterator[Access]:
        source, _, version = unquote(self._call.headers.get("x-amz-copy-source", "")).partition("?versionId=")
        source = source.lstrip("/")
        action = "s3:GetObjectVersion" if version else "s3:GetObject"
        yield Access(action, f"arn:aws:s3:::{source}", self._context)
        bucket, _, key = source.partition("/")
        yield from self._use(_key_of_object(bucket, key, version), "kms:Decrypt", source)

    def _of_key(self, operation: str, action: str) -> Iterator[Access]:
        """What S3 asks of KMS in the caller's name."""
        resource = f"{self.bucket}/{self.key}"
        checked = self._call.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED"
        if action.startswith("GetObject") and action in ("GetObject", "GetObjectVersion"):
            if operation == "GetObject" or checked:
                version = self._call.query.get("versionId", "")
                reference = _key_of_object(self.bucket, self.key, version)
                yield from self._use(reference, "kms:Decrypt", resource)
        elif action == "PutObject" and self.key:
            reference = self._new_key() if operation != "UploadPart" else self._key_of_upload()
            if operation != "CompleteMultipartUpload":
                yield from self._use(reference, "kms:GenerateDataKey", resource)
            if operation in _MULTIPART and operation != "CreateMultipartUpload":
                yield from self._use(self._key_of_upload(), "kms:Decrypt", resource)

    def _use(self, reference: str | None, action: str, resource: str) -> Iterator[Access]:
        key = (
            keys.find(reference, AccountRegion(self._call.account_id, self._call.region))
            if reference
            else None
        )
        if key is not None and not key.is_aws_own:
            context = {
                # A copy from another region is decrypted there.
                "kms:viaservice": (f"s3.{key.arn.split(':')[3]}.amazonaws.com",),
                "kms:encryptioncontext:aws:s3:arn": (f"arn:aws:s3:::{resource}",),
                "kms:encryptioncontextkeys": ("aws:s3:arn",),
            }
            yield key.access(action, context)

    def _new_key(self) -> str | None:
        """The key that a new object will have: the request's own or the bucket's."""
        encryption = self._call.headers.get("x-amz-server-side-encryption")
        if encryption and not encryption.startswith("aws:kms"):
            return None
        bucket = find_bucket(self.bucket)
        rule = ((bucket.encryption or {}) if bucket else {}).get("Rule", {})
        default = rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")
        return self._call.headers.get("x-amz-server-side-encryption-aws-kms-key-id") or default

    def _key_of_upload(self) -> str | None:
        bucket = find_bucket(self.bucket)
        upload = bucket.multiparts.get(self._call.query.get("uploadId")) if bucket else None
        return (upload.kms_key_id if upload else None) or self._new_key()


def find_bucket(name: str) -> Any:
    """moto's bucket of whatever account; None where there is none."""
    partition, account_id = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[account_id][partition].buckets.get(name) if account_id else None


def owner(name: str) -> str:
    """The account of a bucket; empty where there is none."""
    _, account_id = s3_backends.bucket_accounts.get(name, ("", ""))
    return str(account_id)


def _key_of_object(bucket_name: str, key: str, version: str) -> str | None:
    bucket = find_bucket(bucket_name)
    if bucket is None:
        return None
    stored = bucket.keys.getlist(key) or []
    found = [each for each in stored if not version or str(each.version_id) == version]
    return getattr(found[-1], "kms_key_id", None) if found else None


def _context(call: Call) -> Context:
    context = {f"s3:{name.lower()}": (call.query[name],) for name in _QUERY if name in call.query}
    context |= {f"s3:{name}": (call.headers[name],) for name in _HEADERS if name in call.headers}
    return context


def _deleted(body: bytes) -> Iterator[str]:
    root = ET.fromstring(body)  # noqa: S314 - a request of the machine's own user
    for item in root.iter():
        if item.tag.rpartition("}")[2] == "Key":
            yield item.text or ""
