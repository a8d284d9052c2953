"""Models: what moto drops of them, and the name that is taken."""

from __future__ import annotations

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime
from local_aws.sagemaker.moto_state import backend, set_from

_DROPPED_BY_MOTO = {
    "EnableNetworkIsolation": "enable_network_isolation",
    "InferenceExecutionConfig": "inference_execution_config",
}


def register(hooks: Hooks, _: Runtime) -> None:
    """Plug models in."""
    hooks.before("sagemaker", "CreateModel", _check)
    hooks.after("sagemaker", "CreateModel", _create)


def _check(call: Call) -> Call:
    model = backend(call)._models.get(call.params["ModelName"])
    if model is not None:
        raise ServiceError("ValidationException", f'Cannot create already existing model "{model.arn}".')
    return call


def _create(call: Call, reply: Params) -> Params:
    set_from(backend(call)._models[call.params["ModelName"]], call.params, _DROPPED_BY_MOTO)
    return reply
