"""What an endpoint runs on, and what it keeps of its requests."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from constructs import Construct

from mlops_constructs import aws
from mlops_constructs.endpoint_place import EndpointPlace
from mlops_spec.instance_types import has_instance_store
from mlops_spec.settings import Endpoint

_module = aws.sagemaker_endpoint_configuration


def endpoint_configuration(
    scope: Construct, place: EndpointPlace, endpoint: Endpoint, model: aws.sagemaker_model.SagemakerModel
) -> _module.SagemakerEndpointConfiguration:
    """A configuration with one variant; a change of it makes a new one, to which the endpoint is updated."""
    return _module.SagemakerEndpointConfiguration(
        scope,
        "configuration",
        name_prefix=place.names.endpoint_config_prefix(place.environment),
        kms_key_arn=_volume_key(place, endpoint),
        production_variants=[_variant(place, endpoint, model)],
        data_capture_config=_data_capture(place, endpoint),
        async_inference_config=_asynchronous(place, endpoint),
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _bucket_key(place: EndpointPlace) -> str:
    return place.names.bucket_key_arn(place.names.models_bucket)


def _volume_key(place: EndpointPlace, endpoint: Endpoint) -> str | None:
    # An instance store is encrypted by its hardware, and SageMaker refuses a key for it.
    if endpoint.instance_type is None or has_instance_store(endpoint.instance_type):
        return None
    return endpoint.kms_key_arn or _bucket_key(place)


def _variant(
    place: EndpointPlace, endpoint: Endpoint, model: aws.sagemaker_model.SagemakerModel
) -> _module.SagemakerEndpointConfigurationProductionVariants:
    serverless = endpoint.serverless
    return _module.SagemakerEndpointConfigurationProductionVariants(
        variant_name=place.VARIANT,
        model_name=model.name,
        instance_type=endpoint.instance_type,
        initial_instance_count=None if serverless else endpoint.instance_count,
        initial_variant_weight=1,
        serverless_config=_module.SagemakerEndpointConfigurationProductionVariantsServerlessConfig(
            memory_size_in_mb=serverless.memory_mb,
            max_concurrency=serverless.max_concurrency,
            provisioned_concurrency=serverless.provisioned_concurrency,
        )
        if serverless
        else None,
    )


def _data_capture(
    place: EndpointPlace, endpoint: Endpoint
) -> _module.SagemakerEndpointConfigurationDataCaptureConfig | None:
    if endpoint.serverless or endpoint.asynchronous:
        return None
    return _module.SagemakerEndpointConfigurationDataCaptureConfig(
        enable_capture=endpoint.captured_percent > 0,
        initial_sampling_percentage=endpoint.captured_percent,
        destination_s3_uri=f"s3://{place.names.models_bucket}/capture/{place.environment}",
        kms_key_id=_bucket_key(place),
        capture_options=[
            _module.SagemakerEndpointConfigurationDataCaptureConfigCaptureOptions(capture_mode=mode)
            for mode in ("Input", "Output")
        ],
        capture_content_type_header={"json_content_types": ["application/json"]},
    )


def _asynchronous(
    place: EndpointPlace, endpoint: Endpoint
) -> _module.SagemakerEndpointConfigurationAsyncInferenceConfig | None:
    if endpoint.asynchronous is None:
        return None
    most = endpoint.asynchronous.max_concurrent_per_instance

    def folder(of: str) -> str:
        return f"s3://{place.names.models_bucket}/{place.asynchronous_folder(of).rstrip('/')}"

    return _module.SagemakerEndpointConfigurationAsyncInferenceConfig(
        client_config={"max_concurrent_invocations_per_instance": most} if most else None,
        output_config={
            "s3_output_path": folder("answers"),
            "s3_failure_path": folder("failures"),
            "kms_key_id": _bucket_key(place),
        },
    )
