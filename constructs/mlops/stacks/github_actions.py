"""What the repository's workflows use in AWS: a role that plans and cannot change anything."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import TerraformOutput
from constructs import Construct

from mlops.constructs.github_oidc import GitHubOidc, GitHubRole, GitHubRoleConfig
from mlops.constructs.plan_access import PlanAccess
from mlops.constructs.remote_state import RemoteState, RemoteStateConfig
from mlops.spec import Settings
from mlops.spec.names import limited
from mlops.stacks.base import ProjectStack, ProjectStackConfig


class GitHubActionsStack(ProjectStack):
    """``github-actions``: the role of pull requests' plans and of the drift check, for all ``examples``.

    Its ARN, the output ``plan_role_arn``, goes into the repository's variable ``PLAN_ROLE_ARN``.
    """

    def __init__(self, scope: Construct, examples: Sequence[Settings]) -> None:
        project, names = examples[0].project, examples[0].names
        account, region = project.aws.account_id, project.aws.region
        id_ = "github-actions"
        state = RemoteState(
            RemoteStateConfig(
                bucket=names.state_bucket, key=names.state_key(id_), account_id=account, region=region
            )
        )
        super().__init__(
            scope,
            id_,
            ProjectStackConfig(
                account_id=account, region=region, tags={"project": project.project}, state=state
            ),
        )
        oidc = GitHubOidc(self, "oidc", account, exists=project.source.oidc_provider_exists)
        role = GitHubRole(
            self,
            "plan",
            GitHubRoleConfig(
                name=limited(f"{project.project}-github-plan-{region}", 64),
                description="Plans the stacks for pull requests and looks for drift; reads only",
                oidc=oidc,
                repository=project.source.full_repository_id,
                events=("pull_request", f"ref:refs/heads/{project.source.branch}"),
            ),
        )
        PlanAccess(examples).grant(role)
        TerraformOutput(self, "plan_role_arn", value=role.arn)
