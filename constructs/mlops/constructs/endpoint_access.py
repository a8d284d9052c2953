"""What the builds of a release may do with an environment's endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlops.constructs.endpoint_execution_role import EndpointExecutionRole, volume_grant
from mlops.constructs.endpoint_names import EndpointNames
from mlops.constructs.endpoint_option_access import EndpointOptionAccess
from mlops.constructs.policy import Statement
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.role import Role
from mlops.spec import Names
from mlops.spec.endpoint import Endpoint

#: What a build does to an endpoint.
Part = Literal["plan", "deploy", "test", "champion", "monitor"]


@dataclass(frozen=True, kw_only=True)
class EndpointAccess:
    """Rights on the model, the endpoint and the alarms of ``environment`` in the account of ``names``.

    ``execution_role`` and ``models`` are what its model uses, ``endpoint`` how it is set up.
    ``CrossAccountEndpointAccess`` is how a build of another account gets these rights.
    """

    names: Names
    environment: str
    execution_role: EndpointExecutionRole
    models: PrivateBucket
    endpoint: Endpoint

    def grant_plan(self, role: Role) -> None:
        """Let ``role`` see what there is."""
        alarms = ("cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource")
        describe = (
            "sagemaker:DescribeEndpoint",
            "sagemaker:DescribeEndpointConfig",
            "sagemaker:DescribeModel",
            "sagemaker:ListTags",
        )
        role.grant(
            "look",
            Statement("LookAtAlarms", alarms, (self._alarms,)),
            Statement("Look", describe, (self._configurations, self._endpoint, self._models)),
            *self._options.look(),
        )

    def grant_deploy(self, role: Role) -> None:
        """Let ``role`` see and change what there is."""
        self.grant_plan(role)
        role.grant("change", *self._change())
        if self.endpoint.scaling:
            role.grant_apart("scaling", *self._options.scale())

    def grant_test(self, role: Role) -> None:
        """Let ``role`` ask the endpoint."""
        ask = ("sagemaker:DescribeEndpoint", f"sagemaker:{self.endpoint.invocation}")
        role.grant(
            f"judge-{self.environment}",
            Statement("Ask", ask, (self._endpoint,)),
            # Whether the endpoint serves this release: its configuration names the model.
            Statement("AskConfig", ("sagemaker:DescribeEndpointConfig",), (self._configurations,)),
            *self._options.ask(self.models),
        )

    def grant_champion(self, role: Role) -> None:
        """Let ``role`` ask the endpoint beside the one that it judges."""
        self.grant_test(role)

    def grant_captures(self, role: Role) -> None:
        """Let ``role`` read the requests and answers that the endpoint captured."""
        self.models.grant_read(role, self.names.capture_folder(self.environment))

    def variables(self, part: Part) -> dict[str, str]:  # noqa: ARG002
        """The variables of a build that plays this part: none, since it has the rights itself."""
        return {}

    def _change(self) -> list[Statement]:
        tags = ("sagemaker:AddTags", "sagemaker:DeleteTags")
        endpoints = ("sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint")
        alarms = (
            "cloudwatch:DeleteAlarms",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        )
        key = self.endpoint.kms_key_arn or self.models.key.arn
        return [
            Statement("Tag", tags, (self._configurations, self._endpoint, self._models)),
            Statement("CreateModel", ("sagemaker:CreateModel",), (self._models,), self._options.network),
            Statement("DeleteModel", ("sagemaker:DeleteModel",), (self._models,)),
            Statement(
                "Configure",
                ("sagemaker:CreateEndpointConfig", "sagemaker:DeleteEndpointConfig"),
                (self._configurations,),
            ),
            Statement("Serve", endpoints, (self._configurations, self._endpoint)),
            Statement("Remove", ("sagemaker:DeleteEndpoint",), (self._endpoint,)),
            Statement("Alarm", alarms, (self._alarms,)),
            self.execution_role.pass_role_statement(),
            volume_grant(key),
            Statement("DescribeKey", ("kms:DescribeKey",), (key,)),
        ]

    @property
    def _options(self) -> EndpointOptionAccess:
        return EndpointOptionAccess(EndpointNames(self.names, self.environment), self.endpoint)

    @property
    def _models(self) -> str:
        return self.names.arn("sagemaker", f"model/{self.names.of(self.environment, limit=50)}-*")

    @property
    def _configurations(self) -> str:
        prefix = self.names.endpoint_config_prefix(self.environment)
        return self.names.arn("sagemaker", f"endpoint-config/{prefix}*")

    @property
    def _endpoint(self) -> str:
        return self.names.arn("sagemaker", f"endpoint/{self.names.endpoint(self.environment)}")

    @property
    def _alarms(self) -> str:
        return self.names.arn("cloudwatch", f"alarm:{self.names.endpoint_alarm(self.environment, '')}*")
