"""A role that a build takes on for a part of its work."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.session import Session, get_session

_SESSION = "way-back"


class AssumedRole:
    """The role ``arn``, taken on by ``source``, or with the credentials of the process.

    A session that a role's session took on ends after an hour:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
    """

    def __init__(self, arn: str, region: str, source: AssumedRole | None = None) -> None:
        self._arn = arn
        self._region = region
        self._source = source

    def client(self, service: str) -> Any:
        """A client that takes the role on anew whenever its credentials end."""
        return boto3.Session(botocore_session=self._session(), region_name=self._region).client(service)

    def variables(self) -> dict[str, str]:
        """What gives a command the role, for an hour from now.

        Raises:
            ClientError: the role may not be taken on.
        """
        sts = boto3.client("sts", region_name=self._region)
        taken = sts.assume_role(RoleArn=self._arn, RoleSessionName=_SESSION)["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
            "AWS_SESSION_TOKEN": taken["SessionToken"],
        }

    def _session(self) -> Session:
        source = self._source._session() if self._source else get_session()
        session = Session()
        session.register_component("credential_provider", CredentialResolver([_Provider(self._arn, source)]))
        return session


class _Provider(CredentialProvider):  # type: ignore[misc]
    METHOD = "assume-role"

    def __init__(self, arn: str, source: Session) -> None:
        super().__init__()
        self._arn = arn
        self._source = source

    def load(self) -> DeferredRefreshableCredentials:
        fetcher = AssumeRoleCredentialFetcher(
            self._source.create_client,
            self._source.get_credentials(),
            self._arn,
            extra_args={"RoleSessionName": _SESSION},
        )
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, self.METHOD)
