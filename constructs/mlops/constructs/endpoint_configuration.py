"""What an endpoint runs on, and what it keeps of its requests."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.endpoint_names import EndpointNames
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_options import ONLY_VARIANT, Serverless
from mlops.spec.instance_types import has_instance_store

_module = aws.sagemaker_endpoint_configuration


def endpoint_configuration(
    scope: Construct,
    endpoint_names: EndpointNames,
    endpoint: Endpoint,
    model: aws.sagemaker_model.SagemakerModel,
) -> _module.SagemakerEndpointConfiguration:
    """The configuration of all variants; a change of it makes a new one, to which the endpoint is updated.

    AWS cannot rename a variant in an update, nor add one to what is deployed in steps.
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
    """
    return _module.SagemakerEndpointConfiguration(
        scope,
        "configuration",
        name_prefix=endpoint_names.names.endpoint_config_prefix(endpoint_names.environment),
        kms_key_arn=_volume_key(endpoint_names, endpoint),
        production_variants=_variants(endpoint, model),
        data_capture_config=_data_capture(endpoint_names, endpoint),
        async_inference_config=_asynchronous(endpoint_names, endpoint),
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _bucket_key(endpoint_names: EndpointNames) -> str:
    return endpoint_names.names.bucket_key_arn(endpoint_names.names.models_bucket)


def _volume_key(endpoint_names: EndpointNames, endpoint: Endpoint) -> str | None:
    # An instance store is encrypted by its hardware, and SageMaker refuses a key for it.
    if endpoint.serverless or any(has_instance_store(fleet.instance_type) for fleet in endpoint.fleets):
        return None
    return endpoint.kms_key_arn or _bucket_key(endpoint_names)


def _variants(
    endpoint: Endpoint, model: aws.sagemaker_model.SagemakerModel
) -> list[_module.SagemakerEndpointConfigurationProductionVariants]:
    if endpoint.serverless:
        return [_serverless(endpoint.serverless, model)]
    return [
        _module.SagemakerEndpointConfigurationProductionVariants(
            variant_name=fleet.name,
            model_name=model.name,
            instance_type=fleet.instance_type,
            initial_instance_count=fleet.instance_count,
            initial_variant_weight=fleet.weight,
        )
        for fleet in endpoint.fleets
    ]


def _serverless(
    serverless: Serverless, model: aws.sagemaker_model.SagemakerModel
) -> _module.SagemakerEndpointConfigurationProductionVariants:
    return _module.SagemakerEndpointConfigurationProductionVariants(
        variant_name=ONLY_VARIANT,
        model_name=model.name,
        initial_variant_weight=1,
        serverless_config=_module.SagemakerEndpointConfigurationProductionVariantsServerlessConfig(
            memory_size_in_mb=serverless.memory_mb,
            max_concurrency=serverless.max_concurrency,
            provisioned_concurrency=serverless.provisioned_concurrency,
        ),
    )


def _data_capture(
    endpoint_names: EndpointNames, endpoint: Endpoint
) -> _module.SagemakerEndpointConfigurationDataCaptureConfig | None:
    if endpoint.serverless or endpoint.asynchronous:
        return None
    folder = endpoint_names.names.capture_folder(endpoint_names.environment)
    return _module.SagemakerEndpointConfigurationDataCaptureConfig(
        enable_capture=endpoint.captured_percent > 0,
        initial_sampling_percentage=endpoint.captured_percent,
        destination_s3_uri=f"s3://{endpoint_names.names.models_bucket}/{folder.rstrip('/')}",
        kms_key_id=_bucket_key(endpoint_names),
        capture_options=[
            _module.SagemakerEndpointConfigurationDataCaptureConfigCaptureOptions(capture_mode=mode)
            for mode in ("Input", "Output")
        ],
        capture_content_type_header={"json_content_types": ["application/json"]},
    )


def _asynchronous(
    endpoint_names: EndpointNames, endpoint: Endpoint
) -> _module.SagemakerEndpointConfigurationAsyncInferenceConfig | None:
    if endpoint.asynchronous is None:
        return None
    most = endpoint.asynchronous.max_concurrent_per_instance

    def folder(of: str) -> str:
        return (
            f"s3://{endpoint_names.names.models_bucket}/{endpoint_names.asynchronous_folder(of).rstrip('/')}"
        )

    return _module.SagemakerEndpointConfigurationAsyncInferenceConfig(
        client_config={"max_concurrent_invocations_per_instance": most} if most else None,
        output_config={
            "s3_output_path": folder("answers"),
            "s3_failure_path": folder("failures"),
            "kms_key_id": _bucket_key(endpoint_names),
        },
    )
