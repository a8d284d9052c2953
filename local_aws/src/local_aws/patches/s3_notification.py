"""A bucket's notification configuration; moto's reply leaves out that events go to EventBridge.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
"""

from __future__ import annotations

from xml.etree import ElementTree

from local_aws.hooks import Call, Hooks
from local_aws.runtime import Runtime
from local_aws.s3_buckets import XML_NAMESPACE, find_bucket


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Complete the reply."""
    for operation in ("GetBucketNotificationConfiguration", "GetBucketNotification"):
        hooks.transform("s3", operation, _complete)


def _complete(call: Call, reply: bytes) -> bytes:
    configuration = find_bucket(call).notification_configuration
    if configuration is None or configuration.event_bridge is None:
        return reply
    ElementTree.register_namespace("", XML_NAMESPACE)
    document = ElementTree.fromstring(reply)  # noqa: S314 - moto's own reply
    ElementTree.SubElement(document, f"{{{XML_NAMESPACE}}}EventBridgeConfiguration")
    completed: bytes = ElementTree.tostring(document, encoding="UTF-8", xml_declaration=True)
    return completed
