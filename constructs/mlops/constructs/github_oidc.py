"""Lets workflows of one GitHub repository take on roles without a stored secret.

https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.policy import Condition, Principal, Statement
from mlops.constructs.role import Role

#: Who signs the tokens of GitHub's workflow runs.
ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"


class GitHubOidc(Construct):
    """The account's trust in GitHub's tokens. An account has one: with ``exists`` it is made elsewhere."""

    def __init__(self, scope: Construct, id_: str, account_id: str, *, exists: bool = False) -> None:
        super().__init__(scope, id_)
        self.arn = f"arn:aws:iam::{account_id}:oidc-provider/{ISSUER}"
        if not exists:
            aws.iam_openid_connect_provider.IamOpenidConnectProvider(
                self, "provider", url=f"https://{ISSUER}", client_id_list=[_AUDIENCE]
            )


@dataclass(frozen=True, kw_only=True)
class GitHubRoleConfig:
    """``repository`` as ``owner/name``; ``events`` are the ends of the tokens' subjects, without wildcards:
    ``pull_request``, or ``ref:refs/heads/main`` for a run on that branch.

    https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
    """

    name: str
    description: str
    oidc: GitHubOidc
    repository: str
    events: Sequence[str]


class GitHubRole(Role):
    """A role for the workflow runs of ``events``, and for no others.

    GitHub gives a fork's pull request no token, so a stranger cannot take it on.
    """

    def __init__(self, scope: Construct, id_: str, config: GitHubRoleConfig) -> None:
        super().__init__(scope, id_, config.name, config.description, _trust(config))


def _trust(config: GitHubRoleConfig) -> Statement:
    subjects = [f"repo:{config.repository}:{event}" for event in config.events]
    return Statement(
        "Trust",
        ("sts:AssumeRoleWithWebIdentity",),
        conditions=(
            Condition("StringEquals", f"{ISSUER}:aud", (_AUDIENCE,)),
            Condition("StringEquals", f"{ISSUER}:sub", subjects),
        ),
        principals=(Principal("Federated", (config.oidc.arn,)),),
    )
