"""How the builds of an environment bring it back to the release before: the role that they take on for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from constructs import Construct

from mlops.builds import TERRAFORM
from mlops.constructs.assumable_role import AssumableRole, AssumableRoleConfig
from mlops.constructs.build_project import BuildContext, BuildProject
from mlops.constructs.cross_account_endpoint_access import CrossAccountEndpointAccess
from mlops.constructs.endpoint_access import EndpointAccess
from mlops.constructs.policy import Statement
from mlops.constructs.remote_state import RemoteState
from mlops.constructs.role import Role


@dataclass(frozen=True, kw_only=True)
class AutomaticRollback:
    """What ``mlops.ledger.restore`` needs in ``environment``, which neither its Deploy nor its Test has.

    ``state`` is the endpoint stack's; ``access`` gives the rights on its resources.
    """

    #: What a rollback adds to a build: Terraform waits an hour for an endpoint, then the gate judges it.
    MINUTES: ClassVar[int] = 130

    context: BuildContext
    environment: str
    state: RemoteState
    access: EndpointAccess | CrossAccountEndpointAccess

    def variables(self) -> dict[str, str]:
        """The variables of a build that may have to roll back."""
        return {
            "RESTORE_ROLE_ARN": self._arn,
            **TERRAFORM,
            **self.access.variables("deploy"),
            **self.access.variables("test"),
        }

    def grant_take(self, role: Role) -> None:
        """Let ``role`` take on the rollback's role."""
        role.grant("restore", Statement("Assume", ("sts:AssumeRole",), (self._arn,)))

    def role(self, scope: Construct, id_: str, builds: Sequence[BuildProject]) -> AssumableRole:
        """The role, which the roles of ``builds`` alone take on: it deploys, asks and adds to the ledger."""
        names, environment = self.context.names, self.environment
        config = AssumableRoleConfig(
            name=names.role(self._step),
            description=f"What brings {environment} of {names.pipeline} back to the release before",
            trusted_arns=[build.role.arn for build in builds],
        )
        role = AssumableRole(scope, id_, config)
        written = (f"{environment}-plan/", f"{environment}-test/")
        self.context.ledger.grant_read(role, "train/", *written)
        self.context.ledger.grant_add(role, *written)
        self.state.grant_apply(role)
        self.access.grant_deploy(role)
        self.access.grant_test(role)
        return role

    @property
    def _step(self) -> str:
        return f"{self.environment}-restore"

    @property
    def _arn(self) -> str:
        return self.context.names.role_arn(self._step)
