"""How the pipelines read the repository: a connection that a person completes, or a token.

https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html
"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from mlops.doctor.finding import Finding, fault, ok
from mlops.doctor.set_up import SetUp

SUBJECT = "source"
_GITHUB = ("GitHub", "GitHubEnterpriseServer")


def look(set_up: SetUp) -> Iterator[Finding]:
    """Whether the connection is completed, or the token's secret is there."""
    source = set_up.project.source
    if source.connection_arn:
        yield from _connection(set_up, source.connection_arn)
    else:
        yield from _token(set_up, str(source.token_secret_arn))


def _connection(set_up: SetUp, arn: str) -> Iterator[Finding]:
    page = f"https://console.aws.amazon.com/codesuite/settings/connections?region={arn.split(':')[3]}"
    create = (
        "aws codeconnections create-connection --provider-type GitHub --connection-name mlops, "
        "its ARN to source.connection_arn"
    )
    client = set_up.session.client(arn.split(":")[2], region_name=arn.split(":")[3])
    try:
        connection = client.get_connection(ConnectionArn=arn)["Connection"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield fault(SUBJECT, f"the connection {arn} does not exist", create)
        return
    name, status = connection["ConnectionName"], connection["ConnectionStatus"]
    if connection.get("ProviderType") not in _GITHUB:
        said = f"the connection {name} leads to {connection.get('ProviderType')}; allowed: GitHub"
        yield fault(SUBJECT, said, create)
    elif status == "AVAILABLE":
        yield ok(SUBJECT, f"the connection {name} is completed")
    else:
        said = f"the connection {name} is {status}: a person has to complete it"
        yield fault(SUBJECT, said, f"{page}: choose it, then Update pending connection")


def _token(set_up: SetUp, arn: str) -> Iterator[Finding]:
    create = "aws secretsmanager create-secret --name github-token --secret-string file://token.txt"
    try:
        secret = set_up.client("secretsmanager").describe_secret(SecretId=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield fault(SUBJECT, f"the secret {arn} does not exist", f"{create}, its ARN to token_secret_arn")
        return
    if "DeletedDate" in secret:
        restore = f"aws secretsmanager restore-secret --secret-id {arn}"
        yield fault(SUBJECT, f"the secret {secret['Name']} is being deleted", restore)
    else:
        yield ok(SUBJECT, f"the secret {secret['Name']} is there; the token in it is not looked at")
