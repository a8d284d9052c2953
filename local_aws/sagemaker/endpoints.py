"""Endpoints: Create, Update with rollback, Delete; moto describes and lists what is kept in its objects.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from __future__ import annotations

import threading
from typing import Any

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime
from local_aws.sagemaker import resource_names
from local_aws.sagemaker.data_capture import DataCapture
from local_aws.sagemaker.fleet import Fleet
from local_aws.sagemaker.invocation import Invocations
from local_aws.sagemaker.model_server import ServerError
from local_aws.sagemaker.moto_state import backend, now

_IN_PROGRESS = ("Creating", "Updating", "RollingBack", "SystemUpdating", "Deleting")


class Endpoints:
    """Every endpoint and the fleet that serves it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._fleets: dict[str, Fleet] = {}
        self._lock = threading.Lock()

    def fleet(self, arn: str) -> Fleet | None:
        """What serves an endpoint now."""
        with self._lock:
            return self._fleets.get(arn)

    def check(self, call: Call) -> Call:
        """Refuse a name that is taken or not allowed."""
        resource_names.check("endpointName", call.params["EndpointName"])
        endpoint = backend(call).endpoints.get(call.params["EndpointName"])
        if endpoint is not None:
            raise _invalid(f'Cannot create already existing endpoint "{endpoint.arn}".')
        return call

    def create(self, call: Call, reply: Params) -> Params:
        """Start the fleet of an endpoint that moto has stored."""
        endpoint, sagemaker = backend(call).endpoints[call.params["EndpointName"]], backend(call)
        config = sagemaker.endpoint_configs[endpoint.endpoint_config_name]
        endpoint.endpoint_status = "Creating"
        endpoint.production_variants = endpoint.data_capture_config = None
        endpoint.last_deployment_config = call.params.get("DeploymentConfig")

        def failed(reason: str) -> None:
            endpoint.failure_reason = reason
            _enter(endpoint, "Failed")

        def deploy() -> None:
            try:
                self._switch(call, endpoint, config)
            except ServerError as error:
                failed(str(error))

        self._runtime.start_thread(f"endpoint {endpoint.endpoint_name}", deploy, failed)
        return reply

    def update(self, call: Call) -> Params:
        """Start the new configuration's fleet beside the old one, switch, and stop the old one.

        Raises:
            ServerError: the endpoint or a configuration does not exist, or it is being changed already.
        """
        params, sagemaker = call.params, backend(call)
        endpoint = _endpoint(call)
        configs = sagemaker.endpoint_configs
        # AWS wants the live configuration to be there as well.
        for name in (params["EndpointConfigName"], endpoint.endpoint_config_name):
            if name not in configs:
                arn = call.arn("sagemaker", f"endpoint-config/{name}")
                raise _invalid(f'Could not find endpoint configuration "{arn}".')
        with self._lock:
            if endpoint.endpoint_status != "InService":
                raise _invalid(_busy(endpoint))
            _enter(endpoint, "Updating")
        config = configs[params["EndpointConfigName"]]
        if "DeploymentConfig" in params:
            endpoint.last_deployment_config = params["DeploymentConfig"]
        elif not params.get("RetainDeploymentConfig"):
            endpoint.last_deployment_config = None
        endpoint.failure_reason = None
        endpoint.pending_deployment_summary = _pending(config)
        retained = _retained(params, self.fleet(endpoint.arn))

        def failed(reason: str) -> None:
            endpoint.pending_deployment_summary = None
            endpoint.failure_reason = reason
            _enter(endpoint, "InService")

        def deploy() -> None:
            try:
                self._switch(call, endpoint, config, retained)
            except ServerError as error:
                _enter(endpoint, "RollingBack")
                failed(str(error))

        self._runtime.start_thread(f"endpoint {endpoint.endpoint_name}", deploy, failed)
        return {"EndpointArn": endpoint.arn}

    def _switch(self, call: Call, endpoint: Any, config: Any, retained: Params | None = None) -> None:
        fleet = Fleet(self._runtime, call.region, endpoint.endpoint_name, config, backend(call)._models)
        try:
            self._check_alarms(call.region, endpoint)
        except BaseException:
            fleet.stop()
            raise
        for name, (weight, instances) in (retained or {}).items():
            if name in fleet.weights:
                fleet.weights[name], fleet.instances[name] = weight, instances
        with self._lock:
            old = self._fleets.get(endpoint.arn)
            self._fleets[endpoint.arn] = fleet
        endpoint.endpoint_config_name = config.endpoint_config_name
        endpoint.production_variants = fleet.describe()
        capture = config.data_capture_config
        endpoint.data_capture_config = DataCapture.status(capture) if capture else None
        endpoint.pending_deployment_summary = None
        _enter(endpoint, "InService")
        if old:
            old.stop(drain=True)

    def _check_alarms(self, region: str, endpoint: Any) -> None:
        """Ask for the deployment's rollback alarms once; no baking time is waited out.

        Raises:
            ServerError: an alarm is in state ALARM.
        """
        config = endpoint.last_deployment_config or {}
        alarms = config.get("AutoRollbackConfiguration", {}).get("Alarms") or []
        names = [alarm["AlarmName"] for alarm in alarms]
        if not names:
            return
        found = self._runtime.client("cloudwatch", region).describe_alarms(AlarmNames=names)["MetricAlarms"]
        alarmed = [alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"]
        if alarmed:
            raise ServerError(f"The deployment was rolled back: in state ALARM: {', '.join(alarmed)}.")

    def delete(self, call: Call) -> Call:
        """Stop the processes, then let moto forget the endpoint."""
        endpoint = backend(call).endpoints.get(call.params["EndpointName"])
        if endpoint is not None:
            with self._lock:
                if endpoint.endpoint_status in _IN_PROGRESS:
                    raise _invalid(_busy(endpoint))
                endpoint.endpoint_status = "Deleting"
                fleet = self._fleets.pop(endpoint.arn, None)
            if fleet:
                fleet.stop()
        return call

    def reweigh(self, call: Call) -> Params:
        """UpdateEndpointWeightsAndCapacities: takes effect at once."""
        endpoint = _endpoint(call)
        fleet = self.fleet(endpoint.arn)
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


def _endpoint(call: Call) -> Any:
    name = call.params["EndpointName"]
    endpoint = backend(call).endpoints.get(name)
    if endpoint is None:
        raise _invalid(f'Could not find endpoint "{call.arn("sagemaker", f"endpoint/{name}")}".')
    return endpoint


def _enter(endpoint: Any, status: str) -> None:
    endpoint.last_modified_time = now()
    endpoint.endpoint_status = status


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def _busy(endpoint: Any) -> str:
    if endpoint.endpoint_status in _IN_PROGRESS:
        return f'Cannot update in-progress endpoint "{endpoint.arn}".'
    return f'Cannot update endpoint "{endpoint.arn}" in status {endpoint.endpoint_status}.'


def _pending(config: Any) -> Params:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PendingDeploymentSummary.html"""
    variants = [
        {
            "VariantName": variant["VariantName"],
            "DesiredWeight": variant["InitialVariantWeight"],
            "CurrentWeight": 0.0,
            **(
                {"DesiredInstanceCount": variant["InitialInstanceCount"], "CurrentInstanceCount": 0}
                if "InitialInstanceCount" in variant
                else {}
            ),
        }
        for variant in config.production_variants
    ]
    return {
        "EndpointConfigName": config.endpoint_config_name,
        "ProductionVariants": variants,
        "StartTime": now(),
    }


def _retained(params: Params, fleet: Fleet | None) -> Params | None:
    """Weights and instance counts that ``RetainAllVariantProperties`` keeps."""
    if not params.get("RetainAllVariantProperties") or fleet is None:
        return None
    return {name: (weight, fleet.instances[name]) for name, weight in fleet.weights.items()}


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Plug endpoints and their invocation in."""
    endpoints = Endpoints(runtime)
    hooks.before("sagemaker", "CreateEndpoint", endpoints.check)
    hooks.after("sagemaker", "CreateEndpoint", endpoints.create)
    hooks.own("sagemaker", "UpdateEndpoint", endpoints.update)
    hooks.before("sagemaker", "DeleteEndpoint", endpoints.delete)
    hooks.own("sagemaker", "UpdateEndpointWeightsAndCapacities", endpoints.reweigh)
    hooks.own("sagemaker", "InvokeEndpoint", Invocations(endpoints.fleet).invoke)
