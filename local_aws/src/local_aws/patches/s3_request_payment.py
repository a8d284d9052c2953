"""Who pays for a bucket's requests; moto lists the bucket's objects instead.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html
"""

from __future__ import annotations

from xml.etree import ElementTree

from local_aws.hooks import Call, Hooks, Reply, ServiceError
from local_aws.runtime import Runtime
from local_aws.s3_buckets import XML_NAMESPACE, find_bucket

_PAYERS = ("BucketOwner", "Requester")


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Answer both operations."""
    hooks.handle("s3", "GetBucketRequestPayment", _get)
    hooks.handle("s3", "PutBucketRequestPayment", _put)


def _get(call: Call) -> Reply:
    payer = f"<Payer>{find_bucket(call).payer}</Payer>"
    body = f'<RequestPaymentConfiguration xmlns="{XML_NAMESPACE}">{payer}</RequestPaymentConfiguration>'
    return Reply(body.encode(), "application/xml")


def _put(call: Call) -> Reply:
    payer = ElementTree.fromstring(call.body).findtext(f"{{{XML_NAMESPACE}}}Payer")  # noqa: S314 - expat refuses entity bombs
    if payer not in _PAYERS:
        raise ServiceError("MalformedXML", f"Payer: given {payer}; allowed: {' or '.join(_PAYERS)}")
    find_bucket(call).payer = payer
    return Reply(b"", "application/xml")
