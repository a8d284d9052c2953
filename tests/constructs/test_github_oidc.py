"""The workflows' role: who may take it on, and that it reads and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cdktf import TerraformStack
from policy_sentry.querying.actions import get_action_data

from mlops.constructs.github_oidc import GitHubOidc, GitHubRole, GitHubRoleConfig
from mlops.spec import example_names

ROOT = Path(__file__).parents[2]
ROLE = "mlops-github-plan-eu-west-1"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
ACCESS_LEVELS = {"Read", "List"}


@pytest.fixture(scope="module")
def stack(stacks_folder: Path) -> Any:
    return json.loads((stacks_folder / "github-actions" / "cdk.tf.json").read_text())


@pytest.fixture
def allowed(stack: Any, allowed_in: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = allowed_in(stack, ROLE)
    return found


def trust(stack: Any) -> Any:
    documents = stack["data"]["aws_iam_policy_document"].values()
    [statement] = [s for d in documents for s in d["statement"] if "principals" in s]
    return statement


def test_only_this_repositorys_pull_requests_and_its_branch_take_the_role_on(stack: Any) -> None:
    statement = trust(stack)
    assert statement["actions"] == ["sts:AssumeRoleWithWebIdentity"]
    assert statement["principals"] == [{"type": "Federated", "identifiers": [PROVIDER]}]
    issuer = "token.actions.githubusercontent.com"
    repository = "repo:your-organisation/your-repository"
    assert [(c["test"], c["variable"], c["values"]) for c in statement["condition"]] == [
        ("StringEquals", f"{issuer}:aud", ["sts.amazonaws.com"]),
        (
            "StringEquals",
            f"{issuer}:sub",
            [f"{repository}:pull_request", f"{repository}:ref:refs/heads/main"],
        ),
    ]


def test_the_role_reads_and_changes_nothing(allowed: dict[str, list[str]]) -> None:
    for action in allowed:
        service, name = action.split(":")
        data = get_action_data(service, name)
        assert data, action
        # The reference counts decrypting as writing; here it is for S3, on the data's and the state's keys.
        assert action == "kms:Decrypt" or {row["access_level"] for row in data[service]} <= ACCESS_LEVELS


def test_the_role_reads_the_state_the_data_and_the_manifests_of_releases_and_no_other_objects(
    allowed: dict[str, list[str]],
) -> None:
    assert set(allowed["s3:GetObject"]) == {
        "arn:aws:s3:::mlops-terraform-state-123456789012-eu-west-1/*",
        *(f"arn:aws:s3:::mlops-{name}-data-123456789012-eu-west-1/*" for name in example_names(ROOT)),
        # The library that the builds run.
        *(
            f"arn:aws:s3:::mlops-{name}-models-123456789012-eu-west-1/library/*"
            for name in example_names(ROOT)
        ),
        *(
            f"arn:aws:s3:::mlops-{name}-ledger-123456789012-eu-west-1/{path}"
            for name in example_names(ROOT)
            for path in ("train/*/entry.json", "train/*/release.json", "prod-test/*/entry.json")
        ),
    }


def test_the_roles_arn_is_told(stack: Any) -> None:
    [role] = stack["resource"]["aws_iam_role"]
    assert stack["output"]["plan_role_arn"]["value"] == f"${{aws_iam_role.{role}.arn}}"


def test_an_accounts_own_identity_provider_is_used_where_there_is_one(synth: Any) -> None:
    def build(stack: TerraformStack) -> None:
        oidc = GitHubOidc(stack, "oidc", "123456789012", exists=True)
        config = GitHubRoleConfig(
            name="plan", description="Plans", oidc=oidc, repository="me/mine", events=("pull_request",)
        )
        GitHubRole(stack, "role", config)

    made = synth(build)
    assert not made.all("aws_iam_openid_connect_provider")
    [document] = made.all("aws_iam_policy_document", "data")
    assert document["statement"][0]["principals"] == [{"type": "Federated", "identifiers": [PROVIDER]}]
