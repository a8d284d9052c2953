"""The builds that plan an environment's endpoint stack and apply exactly that plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from constructs import Construct

from mlops_constructs.build_project import BuildContext, BuildProject, BuildProjectConfig
from mlops_constructs.buildspecs import read
from mlops_constructs.endpoint_access import EndpointAccess
from mlops_constructs.endpoint_visit import EndpointVisit
from mlops_constructs.remote_state import RemoteState

# Where a build's image has no Terraform: checksum of terraform_<version>_linux_amd64.zip.
# https://releases.hashicorp.com/terraform/1.11.4/terraform_1.11.4_SHA256SUMS
_VERSION = "1.11.4"
_SHA256 = "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc"
# The provider waits an hour for an endpoint: https://github.com/hashicorp/terraform-provider-aws/issues/39040
_TERRAFORM_MINUTES = 70
_BUILD_MINUTES = 90


@dataclass(frozen=True)
class TerraformStepConfig:
    """``state`` is the endpoint stack's; ``access`` gives the rights on its resources.

    A plan is applied within ``valid_hours`` after it was made, or not at all.
    """

    context: BuildContext
    environment: str
    state: RemoteState
    access: EndpointAccess | EndpointVisit
    valid_hours: int


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

    def _build(self, part: Literal["plan", "deploy"], description: str) -> BuildProject:
        environment = self._config.environment
        return BuildProject(
            self,
            part,
            BuildProjectConfig(
                context=self._config.context,
                step=f"{environment}-{part}",
                description=f"{description} of {environment}",
                buildspec=read(part),
                timeout_minutes=_BUILD_MINUTES,
                variables={
                    "MLOPS_ENVIRONMENT": environment,
                    "TERRAFORM_VERSION": _VERSION,
                    "TERRAFORM_SHA256": _SHA256,
                    "TERRAFORM_TIMEOUT": f"{_TERRAFORM_MINUTES}m",
                    "TERRAFORM_LOCK_TIMEOUT": "2m",
                    "LEDGER_BUCKET": self._config.context.names.ledger_bucket,
                    **({"PLAN_VALID_HOURS": str(self._config.valid_hours)} if part == "plan" else {}),
                    **self._config.access.variables(part),
                },
            ),
        )
