"""Athena workgroups: updated, and read back with what moto leaves out.

https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateWorkGroup.html
"""

from __future__ import annotations

from typing import Any

from moto.backends import get_backend

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime

_ENGINE = "Athena engine version 3"


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Answer UpdateWorkGroup, complete what CreateWorkGroup stores."""
    hooks.after("athena", "CreateWorkGroup", _complete)
    hooks.handle("athena", "UpdateWorkGroup", _update)


def _complete(call: Call, reply: Params) -> Params:  # noqa: ARG001
    workgroup = _find(call, call.params["Name"])
    configuration = workgroup.configuration
    configuration["EngineVersion"] = _engine(configuration["EngineVersion"])
    # AWS publishes metrics unless told not to.
    given = call.params.get("Configuration", {})
    configuration["PublishCloudWatchMetricsEnabled"] = given.get("PublishCloudWatchMetricsEnabled", True)
    return {}


def _update(call: Call) -> Params:
    params = call.params
    workgroup = _find(call, params["WorkGroup"])
    workgroup.description = params.get("Description", workgroup.description)
    workgroup.state = params.get("State", workgroup.state)
    changes = dict(params.get("ConfigurationUpdates") or {})
    configuration = workgroup.configuration
    if changes.pop("RemoveBytesScannedCutoffPerQuery", False):
        configuration.pop("BytesScannedCutoffPerQuery", None)
    if "ResultConfigurationUpdates" in changes:
        result = configuration.get("ResultConfiguration", {})
        configuration["ResultConfiguration"] = _changed(result, changes.pop("ResultConfigurationUpdates"))
    if "EngineVersion" in changes:
        changes["EngineVersion"] = _engine(changes["EngineVersion"])
    configuration.update(changes)
    return {}


def _changed(result: Params, changes: Params) -> Params:
    """A result configuration after its updates: ``Remove<Field>: true`` takes a field away."""
    removed = {
        name.removeprefix("Remove") for name, on in changes.items() if name.startswith("Remove") and on
    }
    given = {name: value for name, value in changes.items() if not name.startswith("Remove")}
    return {name: value for name, value in (result | given).items() if name not in removed}


def _engine(version: Params) -> Params:
    selected = version.get("SelectedEngineVersion", "AUTO")
    effective = _ENGINE if selected == "AUTO" else selected
    return {"SelectedEngineVersion": selected, "EffectiveEngineVersion": effective}


def _find(call: Call, name: str) -> Any:
    workgroups = get_backend("athena")[call.account_id][call.region].work_groups
    if name not in workgroups:
        raise ServiceError("InvalidRequestException", f"WorkGroup {name} is not found.")
    return workgroups[name]
