"""Who asks the endpoint, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import boto3


@dataclass(frozen=True)
class Caller:
    """The build itself, or a role that it takes on where the endpoint is in another account or region."""

    role_arn: str | None = None
    region: str | None = None

    @classmethod
    def of(cls, environ: Mapping[str, str], whose: str = "ENDPOINT") -> Caller:
        """What ``<whose>_ROLE_ARN`` and ``<whose>_REGION`` say; the build itself without them."""
        return cls(environ.get(f"{whose}_ROLE_ARN") or None, environ.get(f"{whose}_REGION") or None)

    def session(self) -> boto3.Session:
        """A session to make clients of; a role is taken on for an hour, as long as a gate may run.

        Raises:
            ClientError: the role may not be taken on.
        """
        if self.role_arn is None:
            return boto3.Session(region_name=self.region)
        taken = boto3.client("sts").assume_role(RoleArn=self.role_arn, RoleSessionName="endpoint-gate")
        credentials = taken["Credentials"]
        return boto3.Session(
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
            region_name=self.region,
        )
