"""A SageMaker endpoint that serves one release and rolls itself back when its alarms fire."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf import Postcondition, TerraformResourceLifecycle
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.bucket_access import ImportedBucket
from mlops.constructs.endpoint_alarms import EndpointAlarms
from mlops.constructs.endpoint_autoscaling import EndpointAutoscaling
from mlops.constructs.endpoint_configuration import endpoint_configuration
from mlops.constructs.endpoint_deployment import deployment_config
from mlops.constructs.endpoint_metrics import EndpointMetrics
from mlops.constructs.endpoint_names import EndpointNames
from mlops.constructs.endpoint_option_access import EndpointOptionAccess
from mlops.constructs.endpoint_problems import validate_deployment
from mlops.constructs.imported_endpoint import ImportedEndpoint
from mlops.constructs.model_copy import ModelCopy
from mlops.constructs.policy import Statement
from mlops.constructs.role import Role
from mlops.spec import Names, Release
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_options import ONLY_VARIANT


@dataclass(frozen=True, kw_only=True)
class ModelEndpointConfig:
    """``release`` served in ``environment`` (``qa``, ``prod``) as ``endpoint`` says."""

    names: Names
    environment: str
    release: Release
    endpoint: Endpoint


class ModelEndpoint(Construct, EndpointMetrics):
    """Model, endpoint configuration and endpoint.

    A new release makes a new model and a new configuration; the endpoint keeps its name and is updated
    blue/green. The role, the bucket and the topic are found by name: they come from the pipeline stack, or
    from the access stack where the environment has an account or a region of its own.
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html

    Raises:
        InvalidInputError: with everything in the release or settings that AWS would refuse.
    """

    def __init__(self, scope: Construct, id_: str, config: ModelEndpointConfig) -> None:
        super().__init__(scope, id_)
        validate_deployment(config.names, config.environment, config.endpoint, config.release)
        self._config = config
        self._artifact = config.release.model.at(config.names)
        self.arn = config.names.arn("sagemaker", f"endpoint/{self.name}")
        model = self._model()
        endpoint_names = EndpointNames(config.names, config.environment)
        configuration = endpoint_configuration(self, endpoint_names, config.endpoint, model)
        alarms = EndpointAlarms(
            self,
            "alarms",
            endpoint_names,
            variants=[fleet.name for fleet in config.endpoint.fleets] or [ONLY_VARIANT],
            asynchronous=config.endpoint.asynchronous is not None,
        )
        endpoint = self._endpoint(configuration, alarms)
        if config.endpoint.scaling:
            EndpointAutoscaling(self, "scaling", endpoint_names, config.endpoint, endpoint)

    @staticmethod
    def from_name(scope: Construct, id_: str, name: str, *, account_id: str, region: str) -> ImportedEndpoint:
        """A real-time endpoint that another stack makes, to grant on and to watch.

        Raises:
            InvalidInputError: with every value that cannot be one.
        """
        return ImportedEndpoint(scope, id_, name, account_id=account_id, region=region)

    @property
    def name(self) -> str:
        """The endpoint's."""
        return self._config.names.endpoint(self._config.environment)

    def grant_invoke(self, role: Role) -> None:
        """Let ``role`` ask this endpoint for predictions: through S3 where it is asynchronous."""
        endpoint, names = self._config.endpoint, self._config.names
        invoke = Statement("Invoke", (f"sagemaker:{endpoint.invocation}",), (self.arn,))
        models = ImportedBucket("models", names.models_bucket, names.account_id, names.region)
        options = EndpointOptionAccess(EndpointNames(names, self._config.environment), endpoint)
        role.grant(f"invoke-{self.name}", invoke, *options.exchange(models, "inputs"))

    def _model(self) -> aws.sagemaker_model.SagemakerModel:
        names, artifact = self._config.names, self._artifact
        trained, endpoint = self._config.release.model, self._config.endpoint
        copies = [ModelCopy(self, "copy", trained, artifact).resource] if names.primary else None
        return aws.sagemaker_model.SagemakerModel(
            self,
            "model",
            name=names.model(self._config.environment, endpoint.model_hash(artifact)),
            execution_role_arn=names.role_arn(names.endpoint_execution),
            enable_network_isolation=not endpoint.serverless,
            primary_container={
                "image": artifact.image,
                "model_data_url": artifact.model_data_url,
                "environment": dict(artifact.environment) or None,
            },
            vpc_config=self._vpc(),
            depends_on=copies,
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _vpc(self) -> aws.sagemaker_model.SagemakerModelVpcConfig | None:
        vpc = self._config.endpoint.vpc
        if vpc is None:
            return None
        return aws.sagemaker_model.SagemakerModelVpcConfig(
            subnets=list(vpc.subnet_ids), security_group_ids=list(vpc.security_group_ids)
        )

    def _endpoint(
        self,
        configuration: aws.sagemaker_endpoint_configuration.SagemakerEndpointConfiguration,
        alarms: EndpointAlarms,
    ) -> aws.sagemaker_endpoint.SagemakerEndpoint:
        return aws.sagemaker_endpoint.SagemakerEndpoint(
            self,
            "endpoint",
            name=self.name,
            endpoint_config_name=configuration.name,
            deployment_config=deployment_config(self._config.endpoint, alarms),
            tags={"release": self._config.release.release_id, "commit": self._config.release.commit},
            depends_on=alarms.resources,
            lifecycle=TerraformResourceLifecycle(
                # https://github.com/hashicorp/terraform-provider-aws/issues/48997
                postcondition=[
                    Postcondition(
                        condition=f"${{self.endpoint_config_name == {configuration.fqn}.name}}",
                        error_message=(
                            f"SageMaker rolled the endpoint {self.name} back: it still serves its old "
                            "configuration. Its alarms and logs say why; deploy again when that is mended."
                        ),
                    )
                ]
            ),
        )
