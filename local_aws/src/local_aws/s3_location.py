"""An ``s3://bucket/key`` location."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class S3Location:
    """A bucket and a key or prefix in it; the key has no leading slash."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Location:
        """The location that ``uri`` names.

        Raises:
            ValueError: not an ``s3://`` URI with a bucket.
        """
        scheme, _, rest = uri.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme not in ("s3", "s3a", "s3n") or not bucket:
            raise ValueError(f"{uri!r} is not an S3 location (s3://bucket/prefix)")
        return cls(bucket, key)

    @property
    def folder(self) -> str:
        """The key as a prefix that ends with a slash; empty for a bucket's root."""
        return f"{self.key.rstrip('/')}/" if self.key.strip("/") else ""

    def child(self, name: str) -> S3Location:
        """The location of ``name`` in this folder."""
        return S3Location(self.bucket, f"{self.folder}{name}")

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"
