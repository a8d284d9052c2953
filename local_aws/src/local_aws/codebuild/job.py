"""What CodePipeline hands to a build: input artifacts in S3 and where the output artifacts belong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class S3Object:
    """One object of a bucket."""

    bucket: str
    key: str

    @property
    def location(self) -> str:
        """``bucket/key``, as CodeBuild writes an S3 source."""
        return f"{self.bucket}/{self.key}"

    @property
    def arn(self) -> str:
        """The object's ARN."""
        return f"arn:aws:s3:::{self.location}"

    @classmethod
    def at(cls, location: str) -> S3Object:
        """From ``bucket/key`` or an object's ARN."""
        bucket, _, key = location.removeprefix("arn:aws:s3:::").partition("/")
        return cls(bucket, key)


@dataclass(frozen=True)
class PipelineJob:
    """One CodeBuild action of a pipeline's execution.

    ``inputs`` and ``outputs`` are zips by artifact name; ``primary`` names the input that becomes
    the working folder; ``kms_key`` encrypts the outputs.
    """

    initiator: str
    primary: str
    inputs: Mapping[str, S3Object]
    outputs: Mapping[str, S3Object]
    resolved_source_version: str = ""
    kms_key: str | None = None
