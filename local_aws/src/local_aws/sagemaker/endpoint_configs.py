"""Endpoint configurations: what moto drops or refuses of them, and the name that is taken."""

from __future__ import annotations

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime
from local_aws.sagemaker import resource_names
from local_aws.sagemaker.moto_state import backend, set_from

_DROPPED_BY_MOTO = {
    "ProductionVariants": "production_variants",
    "ShadowProductionVariants": "shadow_production_variants",
    "ExplainerConfig": "explainer_config",
    "ExecutionRoleArn": "execution_role_arn",
    "VpcConfig": "vpc_config",
    "EnableNetworkIsolation": "enable_network_isolation",
}
# moto knows the instance types of 2021 only.
_KNOWN_TO_MOTO = "ml.m5.large"


def register(hooks: Hooks, _: Runtime) -> None:
    """Plug endpoint configurations in."""
    hooks.before("sagemaker", "CreateEndpointConfig", _check)
    hooks.after("sagemaker", "CreateEndpointConfig", _create)


def _check(call: Call) -> Call:
    params = call.params
    for variant in params["ProductionVariants"]:
        resource_names.check("variantName", variant["VariantName"])
    config = backend(call).endpoint_configs.get(params["EndpointConfigName"])
    if config is not None:
        raise ServiceError(
            "ValidationException",
            f'Cannot create already existing endpoint configuration "{config.endpoint_config_arn}".',
        )
    variants = [
        {**variant, "InstanceType": _KNOWN_TO_MOTO} if "InstanceType" in variant else variant
        for variant in params["ProductionVariants"]
    ]
    return call.with_params({**params, "ProductionVariants": variants})


def _create(call: Call, reply: Params) -> Params:
    given = call.params
    given["ProductionVariants"] = [
        {"InitialVariantWeight": 1.0, **variant} for variant in given["ProductionVariants"]
    ]
    set_from(backend(call).endpoint_configs[given["EndpointConfigName"]], given, _DROPPED_BY_MOTO)
    return reply
