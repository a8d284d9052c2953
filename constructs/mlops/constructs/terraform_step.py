"""The builds that plan an environment's endpoint stack and apply exactly that plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from constructs import Construct

from mlops.builds import TERRAFORM, read
from mlops.constructs.automatic_rollback import AutomaticRollback
from mlops.constructs.build_project import BuildContext, BuildProject, BuildProjectConfig
from mlops.constructs.cross_account_endpoint_access import CrossAccountEndpointAccess
from mlops.constructs.endpoint_access import EndpointAccess
from mlops.constructs.remote_state import RemoteState

# The provider waits an hour for an endpoint: https://github.com/hashicorp/terraform-provider-aws/issues/39040
_TERRAFORM_MINUTES = 70
_BUILD_MINUTES = 90


@dataclass(frozen=True, kw_only=True)
class TerraformStepConfig:
    """``state`` is the endpoint stack's; ``access`` gives the rights on its resources.

    A plan is applied within ``valid_hours`` after it was made, or not at all. The ``rollback``, if there
    is one, follows on a deployment that fails half-way.
    """

    context: BuildContext
    environment: str
    state: RemoteState
    access: EndpointAccess | CrossAccountEndpointAccess
    valid_hours: int
    rollback: AutomaticRollback | None = None


class TerraformStep(Construct):
    """``plan`` reads, ``deploy`` changes one environment's model, endpoint and alarms, and nothing else."""

    def __init__(self, scope: Construct, id_: str, config: TerraformStepConfig) -> None:
        super().__init__(scope, id_)
        self._config = config
        self.plan = self._build("plan", "Saves a plan of the endpoint stack")
        self.deploy = self._build("deploy", "Applies the saved plan")
        config.state.grant_plan(self.plan.role)
        config.state.grant_apply(self.deploy.role)
        config.access.grant_plan(self.plan.role)
        config.context.ledger.grant_add(self.plan.role, f"{config.environment}-plan/")
        config.access.grant_deploy(self.deploy.role)
        if config.rollback:
            config.rollback.grant_take(self.deploy.role)

    def _build(self, part: Literal["plan", "deploy"], description: str) -> BuildProject:
        environment = self._config.environment
        rollback = self._config.rollback if part == "deploy" else None
        return BuildProject(
            self,
            part,
            BuildProjectConfig(
                context=self._config.context,
                step=f"{environment}-{part}",
                description=f"{description} of {environment}",
                buildspec=read(part),
                frozen=True,
                timeout_minutes=_BUILD_MINUTES + (AutomaticRollback.MINUTES if rollback else 0),
                variables={
                    "MLOPS_ENVIRONMENT": environment,
                    **TERRAFORM,
                    "TERRAFORM_TIMEOUT_SECONDS": str(_TERRAFORM_MINUTES * 60),
                    "TERRAFORM_LOCK_TIMEOUT": "2m",
                    "LEDGER_BUCKET": self._config.context.names.ledger_bucket,
                    **({"PLAN_VALID_HOURS": str(self._config.valid_hours)} if part == "plan" else {}),
                    **self._config.access.variables(part),
                    **(rollback.variables() if rollback else {}),
                },
            ),
        )
