"""S3 objects as a crawler sees them: which there are under a target, and how each begins."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from local_aws.globs import matching
from local_aws.s3_location import S3Location

# Glue looks at the first megabytes of a file, not at all of it.
SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class S3Object:
    """An object under a crawler's target."""

    bucket: str
    key: str
    size: int

    @property
    def compression(self) -> str:
        """``gzip``, ``bzip2`` or ``none``, by the key's ending."""
        return {".gz": "gzip", ".bz2": "bzip2"}.get(PurePosixPath(self.key).suffix, "none")


@dataclass(frozen=True)
class Sample:
    """The beginning of an object, decompressed; ``whole`` if that is all of it."""

    data: bytes
    whole: bool

    @property
    def encoding(self) -> str:
        """UTF-8, or ISO-8859-1 for bytes that UTF-8 does not allow."""
        try:
            self.data[: self.data.rfind(b"\n") + 1].decode("utf-8")
        except UnicodeDecodeError:
            return "ISO-8859-1"
        return "UTF-8"

    def lines(self) -> list[str]:
        """The complete lines, without their ends and without empty ones."""
        end = len(self.data) if self.whole else self.data.rfind(b"\n") + 1
        text = self.data[:end].decode(self.encoding, errors="replace")
        return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def list_target(s3: Any, path: str, exclusions: list[str]) -> Iterator[S3Object]:
    """The objects at or under a target's path, without hidden, empty and excluded ones.

    Raises:
        botocore.exceptions.ClientError: no such bucket, or no permission to list it.
    """
    target = S3Location.parse(path)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=target.bucket, Prefix=target.key)
    for page in pages:
        for entry in page.get("Contents", []):
            key = entry["Key"]
            inside = key.startswith(target.folder) or key == target.key
            hidden = PurePosixPath(key).name.startswith(("_", "."))
            if not inside or hidden or key.endswith("/") or entry["Size"] == 0:
                continue
            if matching(key.removeprefix(target.folder), exclusions) is None:
                yield S3Object(target.bucket, key, entry["Size"])


def read_sample(s3: Any, item: S3Object) -> Sample:
    """The first megabyte of an object, decompressed."""
    reply = s3.get_object(Bucket=item.bucket, Key=item.key, Range=f"bytes=0-{SAMPLE_BYTES - 1}")
    data: bytes = reply["Body"].read()
    whole = len(data) == item.size
    if item.compression == "gzip":
        return Sample(zlib.decompressobj(wbits=31).decompress(data), whole)
    if item.compression == "bzip2":
        return Sample(bz2.BZ2Decompressor().decompress(data), whole)
    return Sample(data, whole)
