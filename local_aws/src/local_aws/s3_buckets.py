"""moto's bucket behind a call to S3."""

from __future__ import annotations

from typing import Any

from moto.backends import get_backend
from moto.utilities.utils import get_partition

from local_aws.hooks import Call, ServiceError

XML_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def find_bucket(call: Call) -> Any:
    """moto's object for the bucket that a path-style call names.

    Raises:
        ServiceError: there is none.
    """
    from moto.s3.exceptions import MissingBucket

    backend = get_backend("s3")[call.account_id][get_partition(call.region)]
    try:
        return backend.get_bucket(call.path.split("/")[1])
    except MissingBucket as error:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404) from error
