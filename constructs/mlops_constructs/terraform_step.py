"""The builds that plan an environment's endpoint stack and apply exactly that plan."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from mlops_constructs.build_project import BuildContext, BuildProject, BuildProjectConfig
from mlops_constructs.buildspecs import read
from mlops_constructs.endpoint_execution_role import EndpointExecutionRole, volume_grant
from mlops_constructs.policy import Condition, Statement
from mlops_constructs.private_bucket import PrivateBucket
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
    """``state`` is the endpoint stack's; ``execution_role`` and ``models`` are what its model uses."""

    context: BuildContext
    environment: str
    state: RemoteState
    execution_role: EndpointExecutionRole
    models: PrivateBucket


class TerraformStep(Construct):
    """``plan`` reads, ``deploy`` changes one environment's model, endpoint and alarms, and nothing else."""

    def __init__(self, scope: Construct, id_: str, config: TerraformStepConfig) -> None:
        super().__init__(scope, id_)
        self._config = config
        names, environment = config.context.names, config.environment
        self._models = names.arn("sagemaker", f"model/{names.of(environment, limit=50)}-*")
        self._configurations = names.arn(
            "sagemaker", f"endpoint-config/{names.endpoint_config_prefix(environment)}*"
        )
        self._endpoint = names.arn("sagemaker", f"endpoint/{names.endpoint(environment)}")
        self._alarms = names.arn("cloudwatch", f"alarm:{names.endpoint_alarm(environment, '')}*")
        self.plan = self._build("plan", "Saves a plan of the endpoint stack")
        self.deploy = self._build("deploy", "Applies the saved plan")
        config.state.grant_plan(self.plan.role)
        config.state.grant_apply(self.deploy.role)
        for build in (self.plan, self.deploy):
            build.role.grant("look", *self._look())
        self.deploy.role.grant("change", *self._change())

    def _build(self, part: str, description: str) -> BuildProject:
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
                },
            ),
        )

    def _look(self) -> list[Statement]:
        alarms = ("cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource")
        describe = (
            "sagemaker:DescribeEndpoint",
            "sagemaker:DescribeEndpointConfig",
            "sagemaker:DescribeModel",
            "sagemaker:ListTags",
        )
        return [
            Statement("LookAtAlarms", alarms, (self._alarms,)),
            Statement("Look", describe, (self._configurations, self._endpoint, self._models)),
        ]

    def _change(self) -> list[Statement]:
        tags = ("sagemaker:AddTags", "sagemaker:DeleteTags")
        endpoints = ("sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint")
        alarms = (
            "cloudwatch:DeleteAlarms",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        )
        isolated = Condition("Bool", "sagemaker:NetworkIsolation", ("true",))
        return [
            Statement("Tag", tags, (self._configurations, self._endpoint, self._models)),
            Statement("CreateModel", ("sagemaker:CreateModel",), (self._models,), (isolated,)),
            Statement("DeleteModel", ("sagemaker:DeleteModel",), (self._models,)),
            Statement(
                "Configure",
                ("sagemaker:CreateEndpointConfig", "sagemaker:DeleteEndpointConfig"),
                (self._configurations,),
            ),
            Statement("Serve", endpoints, (self._configurations, self._endpoint)),
            Statement("Remove", ("sagemaker:DeleteEndpoint",), (self._endpoint,)),
            Statement("Alarm", alarms, (self._alarms,)),
            self._config.execution_role.passing(),
            volume_grant(self._config.models),
            Statement("DescribeKey", ("kms:DescribeKey",), (self._config.models.key.arn,)),
        ]
