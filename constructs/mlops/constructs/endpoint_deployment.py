"""How an update goes from the old fleet to the new one, and what takes it back."""

from __future__ import annotations

from typing import Any

from mlops.constructs import aws
from mlops.constructs.endpoint_alarms import EndpointAlarms
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_limits import UPDATE_SECONDS
from mlops.spec.endpoint_options import Rollout

_module = aws.sagemaker_endpoint
_TYPES = {"all-at-once": "ALL_AT_ONCE", "canary": "CANARY", "linear": "LINEAR"}


def deployment_config(
    endpoint: Endpoint, alarms: EndpointAlarms
) -> _module.SagemakerEndpointDeploymentConfig | None:
    """Traffic as ``endpoint.rollout`` says, back to the old fleet when an alarm rings; None if serverless.

    A first deployment has no old fleet, and shifts nothing.
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
    """
    if endpoint.serverless:
        return None
    return _module.SagemakerEndpointDeploymentConfig(
        blue_green_update_policy={
            "traffic_routing_configuration": _routing(endpoint.rollout),
            "termination_wait_in_seconds": 0,
            "maximum_execution_timeout_in_seconds": UPDATE_SECONDS,
        },
        # Present from the first apply: adding it later would replace the endpoint.
        auto_rollback_configuration={
            "alarms": [
                _module.SagemakerEndpointDeploymentConfigAutoRollbackConfigurationAlarms(alarm_name=name)
                for name in alarms.names
            ]
        },
    )


def _routing(rollout: Rollout) -> dict[str, Any]:
    routing: dict[str, Any] = {
        "type": _TYPES[rollout.shift],
        "wait_interval_in_seconds": rollout.wait_seconds,
    }
    size = {"type": "CAPACITY_PERCENT", "value": rollout.percent}
    if rollout.shift == "canary":
        routing["canary_size"] = size
    if rollout.shift == "linear":
        routing["linear_step_size"] = size
    return routing
