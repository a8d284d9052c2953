"""A SageMaker endpoint that serves one release and rolls itself back when its alarms fire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cdktf import Postcondition, TerraformResourceLifecycle
from constructs import Construct

from mlops_constructs import aws
from mlops_constructs.endpoint_alarms import EndpointAlarms
from mlops_constructs.endpoint_problems import refuse_unusable
from mlops_constructs.model_copy import ModelCopy
from mlops_constructs.policy import Statement
from mlops_constructs.role import Role
from mlops_spec import Names, Release
from mlops_spec.instance_types import has_instance_store
from mlops_spec.settings import Endpoint


@dataclass(frozen=True)
class ModelEndpointConfig:
    """``release`` served in ``environment`` (``qa``, ``prod``) as ``endpoint`` says."""

    names: Names
    environment: str
    release: Release
    endpoint: Endpoint


class ModelEndpoint(Construct):
    """Model, endpoint configuration and endpoint.

    A new release makes a new model and a new configuration; the endpoint keeps its name and is updated
    blue/green. The role, the bucket and the topic are found by name: they come from the pipeline stack, or
    from the access stack where the environment has an account or a region of its own.
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html

    Raises:
        InvalidInputError: with everything in the release or settings that AWS would refuse.
    """

    # AWS cannot rename a variant in an update: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
    VARIANT: ClassVar[str] = "AllTraffic"
    # How long the new fleet takes all traffic under watch of the alarms before the old one goes.
    BAKING_SECONDS: ClassVar[int] = 300

    def __init__(self, scope: Construct, id_: str, config: ModelEndpointConfig) -> None:
        super().__init__(scope, id_)
        refuse_unusable(config.names, config.release)
        self._config = config
        self._artifact = config.release.model.at(config.names)
        self.name = config.names.endpoint(config.environment)
        self.arn = config.names.arn("sagemaker", f"endpoint/{self.name}")
        model = self._model()
        configuration = self._configuration(model)
        alarms = EndpointAlarms(self, "alarms", config.names, config.environment, self.VARIANT)
        self._endpoint(configuration, alarms)

    def grant_invoke(self, role: Role) -> None:
        """Let ``role`` ask this endpoint for predictions."""
        invoke = Statement("Invoke", ("sagemaker:InvokeEndpoint",), (self.arn,))
        role.grant(f"invoke-{self.name}", invoke)

    def _model(self) -> aws.sagemaker_model.SagemakerModel:
        names, artifact = self._config.names, self._artifact
        trained = self._config.release.model
        copies = [ModelCopy(self, "copy", trained, artifact).resource] if names.home else None
        return aws.sagemaker_model.SagemakerModel(
            self,
            "model",
            name=names.model(self._config.environment, artifact.content_hash),
            execution_role_arn=names.role_arn(names.endpoint_execution),
            enable_network_isolation=True,
            primary_container={
                "image": artifact.image,
                "model_data_url": artifact.model_data_url,
                "environment": dict(artifact.environment) or None,
            },
            depends_on=copies,
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _configuration(
        self, model: aws.sagemaker_model.SagemakerModel
    ) -> aws.sagemaker_endpoint_configuration.SagemakerEndpointConfiguration:
        module = aws.sagemaker_endpoint_configuration
        names, environment, endpoint = (
            self._config.names,
            self._config.environment,
            self._config.endpoint,
        )
        key = names.bucket_key_arn(names.models_bucket)
        return module.SagemakerEndpointConfiguration(
            self,
            "configuration",
            name_prefix=names.endpoint_config_prefix(environment),
            # An instance store is encrypted by its hardware, and SageMaker refuses a key for it.
            kms_key_arn=None if has_instance_store(endpoint.instance_type) else key,
            production_variants=[
                module.SagemakerEndpointConfigurationProductionVariants(
                    variant_name=self.VARIANT,
                    model_name=model.name,
                    instance_type=endpoint.instance_type,
                    initial_instance_count=endpoint.instance_count,
                    initial_variant_weight=1,
                )
            ],
            data_capture_config={
                "enable_capture": endpoint.data_capture_percent > 0,
                "initial_sampling_percentage": endpoint.data_capture_percent,
                "destination_s3_uri": f"s3://{names.models_bucket}/capture/{environment}",
                "kms_key_id": key,
                "capture_options": [
                    module.SagemakerEndpointConfigurationDataCaptureConfigCaptureOptions(capture_mode=mode)
                    for mode in ("Input", "Output")
                ],
                "capture_content_type_header": {"json_content_types": ["application/json"]},
            },
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _endpoint(
        self,
        configuration: aws.sagemaker_endpoint_configuration.SagemakerEndpointConfiguration,
        alarms: EndpointAlarms,
    ) -> None:
        module = aws.sagemaker_endpoint
        module.SagemakerEndpoint(
            self,
            "endpoint",
            name=self.name,
            endpoint_config_name=configuration.name,
            deployment_config={
                "blue_green_update_policy": {
                    "traffic_routing_configuration": {
                        "type": "ALL_AT_ONCE",
                        "wait_interval_in_seconds": self.BAKING_SECONDS,
                    },
                    "termination_wait_in_seconds": 0,
                    "maximum_execution_timeout_in_seconds": 3000,
                },
                # Present from the first apply: adding it later would replace the endpoint.
                "auto_rollback_configuration": {
                    "alarms": [
                        module.SagemakerEndpointDeploymentConfigAutoRollbackConfigurationAlarms(
                            alarm_name=name
                        )
                        for name in alarms.names
                    ]
                },
            },
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
