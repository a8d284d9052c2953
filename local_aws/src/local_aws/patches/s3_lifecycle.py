"""A bucket's lifecycle configuration, given back as it was put: moto drops size filters and version counts.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
"""

from __future__ import annotations

from uuid import uuid4
from xml.etree import ElementTree

from local_aws.hooks import Call, Hooks
from local_aws.runtime import Runtime
from local_aws.s3_buckets import XML_NAMESPACE, find_bucket

_RULE = f"{{{XML_NAMESPACE}}}Rule"
_ID = f"{{{XML_NAMESPACE}}}ID"


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Keep the document beside moto's rules."""
    for operation in ("PutBucketLifecycleConfiguration", "PutBucketLifecycle"):
        hooks.transform("s3", operation, _keep)
    for operation in ("GetBucketLifecycleConfiguration", "GetBucketLifecycle"):
        hooks.transform("s3", operation, _give)


def _keep(call: Call, reply: bytes) -> bytes:
    ElementTree.register_namespace("", XML_NAMESPACE)
    document = ElementTree.fromstring(call.body)  # noqa: S314 - expat refuses entity bombs
    for rule in document.iter(_RULE):
        if not rule.findtext(_ID):
            ElementTree.SubElement(rule, _ID).text = str(uuid4())
    find_bucket(call).lifecycle_document = ElementTree.tostring(document, "UTF-8", xml_declaration=True)
    return reply


def _give(call: Call, reply: bytes) -> bytes:
    return getattr(find_bucket(call), "lifecycle_document", reply)
