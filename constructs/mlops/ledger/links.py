"""Where a person opens a file of the ledger: with their own permissions, for nothing is public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

#: The link to an object of the ledger, by its key.
Link = Callable[[str], str]


def is_local(environ: Mapping[str, str]) -> bool:
    """Whether this is the local AWS, of which no console and no repository at GitHub knows."""
    return bool(environ.get("AWS_ENDPOINT_URL") or environ.get("AWS_ENDPOINT_URL_S3"))


def links_to(bucket: str, region: str, environ: Mapping[str, str]) -> Link:
    """The S3 console's pages; the local AWS has no console, and there it is the object's address."""
    if is_local(environ):
        return lambda key: f"s3://{bucket}/{key}"
    host = f"https://{region}.console.aws.amazon.com"
    return lambda key: f"{host}/s3/object/{quote(bucket)}?{urlencode({'region': region, 'prefix': key})}"
