"""Endpoints: Create, Update, Delete; moto describes and lists what is kept in its objects."""

from __future__ import annotations

import threading
from typing import Any

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime
from local_aws.sagemaker import resource_names
from local_aws.sagemaker.async_invocation import AsyncInvocations
from local_aws.sagemaker.deployments import Deployments, Retained, enter, pending
from local_aws.sagemaker.failure_reason import shortened
from local_aws.sagemaker.invocation import Invocations
from local_aws.sagemaker.model_server import ServerError
from local_aws.sagemaker.moto_state import backend, now

_IN_PROGRESS = ("Creating", "Updating", "RollingBack", "SystemUpdating", "Deleting")


class Endpoints:
    """The operations on endpoints."""

    def __init__(self, runtime: Runtime, deployments: Deployments) -> None:
        self._runtime = runtime
        self._deployments = deployments
        self._lock = threading.Lock()

    def check(self, call: Call) -> Call:
        """Refuse a name that is taken or not allowed."""
        resource_names.check("endpointName", call.params["EndpointName"])
        endpoint = backend(call).endpoints.get(call.params["EndpointName"])
        if endpoint is not None:
            raise _invalid(f'Cannot create already existing endpoint "{endpoint.arn}".')
        return call

    def create(self, call: Call, reply: Params) -> Params:
        """Start the fleet of an endpoint that moto has stored."""
        sagemaker = backend(call)
        endpoint = sagemaker.endpoints[call.params["EndpointName"]]
        config = sagemaker.endpoint_configs[endpoint.endpoint_config_name]
        enter(endpoint, "Creating")
        endpoint.production_variants = endpoint.data_capture_config = None
        endpoint.last_deployment_config = call.params.get("DeploymentConfig")

        def failed(reason: str) -> None:
            endpoint.failure_reason = shortened(reason)
            enter(endpoint, "Failed")

        def deploy() -> None:
            try:
                self._deployments.deploy(call, endpoint, config)
            except ServerError as error:
                failed(str(error))

        self._runtime.start_thread(f"endpoint {endpoint.endpoint_name}", deploy, failed)
        return reply

    def update(self, call: Call) -> Params:
        """Deploy another configuration; a failure leaves the old one serving and gives the reason.

        Raises:
            ServiceError: the endpoint or a configuration does not exist, or it is being changed already.
        """
        params = call.params
        endpoint, config = _endpoint(call), self._wanted(call)
        with self._lock:
            if endpoint.endpoint_status != "InService":
                raise _invalid(_busy(endpoint))
            enter(endpoint, "Updating")
        if "DeploymentConfig" in params or not params.get("RetainDeploymentConfig"):
            endpoint.last_deployment_config = params.get("DeploymentConfig")
        endpoint.failure_reason = None
        endpoint.pending_deployment_summary = pending(config)
        retained = self._retained(endpoint) if params.get("RetainAllVariantProperties") else None

        def failed(reason: str) -> None:
            endpoint.pending_deployment_summary = None
            endpoint.failure_reason = shortened(reason)
            enter(endpoint, "InService")

        def deploy() -> None:
            try:
                self._deployments.deploy(call, endpoint, config, retained)
            except ServerError as error:
                failed(str(error))

        self._runtime.start_thread(f"endpoint {endpoint.endpoint_name}", deploy, failed)
        return {"EndpointArn": endpoint.arn}

    def delete(self, call: Call) -> Call:
        """Stop the processes, then let moto forget the endpoint."""
        endpoint = backend(call).endpoints.get(call.params["EndpointName"])
        if endpoint is not None:
            with self._lock:
                if endpoint.endpoint_status in _IN_PROGRESS:
                    raise _invalid(_busy(endpoint))
                enter(endpoint, "Deleting")
            fleet = self._deployments.remove(endpoint.arn)
            if fleet:
                fleet.stop()
        return call

    def reweigh(self, call: Call) -> Params:
        """UpdateEndpointWeightsAndCapacities: takes effect at once."""
        endpoint = _endpoint(call)
        fleet = self._deployments.fleet(endpoint.arn)
        if fleet is None or endpoint.endpoint_status != "InService":
            raise _invalid(_busy(endpoint))
        desired = call.params["DesiredWeightsAndCapacities"]
        unknown = [item["VariantName"] for item in desired if item["VariantName"] not in fleet.weights]
        if unknown:
            raise _invalid(
                f'The variant name(s) "{", ".join(unknown)}" is/are not present within endpoint '
                f'configuration "{endpoint.endpoint_config_name}".'
            )
        for item in desired:
            name = item["VariantName"]
            fleet.weights[name] = float(item.get("DesiredWeight", fleet.weights[name]))
            fleet.instances[name] = int(item.get("DesiredInstanceCount", fleet.instances[name]))
        endpoint.production_variants = fleet.describe()
        endpoint.last_modified_time = now()
        return {"EndpointArn": endpoint.arn}

    def _wanted(self, call: Call) -> Any:
        """The configuration to update to; AWS wants the live one to be there as well."""
        configs = backend(call).endpoint_configs
        wanted = call.params["EndpointConfigName"]
        for name in (wanted, _endpoint(call).endpoint_config_name):
            if name not in configs:
                arn = call.arn("sagemaker", f"endpoint-config/{name}")
                raise _invalid(f'Could not find endpoint configuration "{arn}".')
        return configs[wanted]

    def _retained(self, endpoint: Any) -> Retained:
        fleet = self._deployments.fleet(endpoint.arn)
        if fleet is None:
            return {}
        return {name: (weight, fleet.instances[name]) for name, weight in fleet.weights.items()}


def _endpoint(call: Call) -> Any:
    name = call.params["EndpointName"]
    endpoint = backend(call).endpoints.get(name)
    if endpoint is None:
        raise _invalid(f'Could not find endpoint "{call.arn("sagemaker", f"endpoint/{name}")}".')
    return endpoint


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def _busy(endpoint: Any) -> str:
    if endpoint.endpoint_status in _IN_PROGRESS:
        return f'Cannot update in-progress endpoint "{endpoint.arn}".'
    return f'Cannot update endpoint "{endpoint.arn}" in status {endpoint.endpoint_status}.'


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Plug endpoints and their invocation in."""
    deployments = Deployments(runtime)
    endpoints = Endpoints(runtime, deployments)
    hooks.before("sagemaker", "CreateEndpoint", endpoints.check)
    hooks.after("sagemaker", "CreateEndpoint", endpoints.create)
    hooks.handle("sagemaker", "UpdateEndpoint", endpoints.update)
    hooks.before("sagemaker", "DeleteEndpoint", endpoints.delete)
    hooks.handle("sagemaker", "UpdateEndpointWeightsAndCapacities", endpoints.reweigh)
    hooks.handle("sagemaker", "InvokeEndpoint", Invocations(deployments.fleet).invoke)
    hooks.handle("sagemaker", "InvokeEndpointAsync", AsyncInvocations(deployments.fleet).invoke)
