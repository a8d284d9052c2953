"""Whose credentials these are.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError, NoCredentialsError

from mlops.doctor.finding import Finding, fault, ok
from mlops.doctor.set_up import SetUp

SUBJECT = "account"


def look(set_up: SetUp) -> Iterator[Finding]:
    """Whether the credentials work and belong to the account that the settings name."""
    try:
        caller = set_up.client("sts").get_caller_identity()
    except NoCredentialsError:
        said = "there are no credentials in this shell"
        yield fault(SUBJECT, said, "aws sso login, or export AWS_PROFILE=…; locally: mlops up")
        return
    except ClientError as error:
        yield fault(SUBJECT, error.response["Error"]["Message"], "aws sso login, or export AWS_PROFILE=…")
        return
    wanted = set_up.project.aws.account_id
    if caller["Account"] == wanted:
        yield ok(SUBJECT, f"{wanted}, as {caller['Arn']}")
        return
    said = f"the credentials are of account {caller['Account']}, mlops.toml says {wanted}"
    yield fault(
        SUBJECT, said, f'export AWS_PROFILE=…, or aws.account_id = "{caller["Account"]}" in mlops.toml'
    )
