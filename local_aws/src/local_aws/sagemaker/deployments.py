"""What serves each endpoint, and how one fleet takes over from another.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from local_aws.account_region import AccountRegion
from local_aws.hooks import Call, Params
from local_aws.runtime import Runtime
from local_aws.sagemaker.data_capture import DataCapture
from local_aws.sagemaker.fleet import Fleet
from local_aws.sagemaker.model_server import ServerError
from local_aws.sagemaker.moto_state import backend, now

Retained = Mapping[str, tuple[float, int]]


class Deployments:
    """The fleets by their endpoints' ARNs."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._fleets: dict[str, Fleet] = {}
        self._lock = threading.Lock()

    def fleet(self, arn: str) -> Fleet | None:
        """What serves an endpoint now."""
        with self._lock:
            return self._fleets.get(arn)

    def remove(self, arn: str) -> Fleet | None:
        """What served an endpoint, for its caller to stop."""
        with self._lock:
            return self._fleets.pop(arn, None)

    def deploy(self, call: Call, endpoint: Any, config: Any, retained: Retained | None = None) -> None:
        """Start the configuration's fleet beside the one that serves, switch, then stop the old one.

        Args:
            endpoint: moto's endpoint, which is in service afterwards.
            config: moto's endpoint configuration.
            retained: weights and instance counts of variants that keep theirs.

        Raises:
            ServerError: the fleet does not come up or an alarm rings; the old one serves on.
        """
        fleet = Fleet(
            self._runtime, call.account_region, endpoint.endpoint_name, config, backend(call)._models
        )
        try:
            self._check_alarms(fleet.account_region, endpoint)
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
        enter(endpoint, "InService")
        if old:
            old.stop(drain=True)

    def _check_alarms(self, account_region: AccountRegion, endpoint: Any) -> None:
        """Ask for the deployment's rollback alarms once; no baking time is waited out."""
        config = endpoint.last_deployment_config or {}
        alarms = config.get("AutoRollbackConfiguration", {}).get("Alarms") or []
        names = [alarm["AlarmName"] for alarm in alarms]
        if not names:
            return
        try:
            found = self._runtime.client("cloudwatch", account_region).describe_alarms(AlarmNames=names)[
                "MetricAlarms"
            ]
        except ClientError as error:
            raise ServerError(f"The rollback alarms cannot be read: {error}") from error
        alarmed = [alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"]
        if alarmed:
            raise ServerError(f"The deployment was rolled back: in state ALARM: {', '.join(alarmed)}.")


def enter(endpoint: Any, status: str) -> None:
    """Move moto's endpoint to a status."""
    endpoint.last_modified_time = now()
    endpoint.endpoint_status = status


def pending(config: Any) -> Params:
    """``PendingDeploymentSummary`` of an update to a configuration.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PendingDeploymentSummary.html
    """
    variants = []
    for variant in config.production_variants:
        summary = {
            "VariantName": variant["VariantName"],
            "DesiredWeight": variant["InitialVariantWeight"],
            "CurrentWeight": 0.0,
        }
        if "InitialInstanceCount" in variant:
            summary |= {"DesiredInstanceCount": variant["InitialInstanceCount"], "CurrentInstanceCount": 0}
        variants.append(summary)
    return {
        "EndpointConfigName": config.endpoint_config_name,
        "ProductionVariants": variants,
        "StartTime": now(),
    }
