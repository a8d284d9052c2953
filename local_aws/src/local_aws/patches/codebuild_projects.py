"""CodeBuild projects: created without the ``location`` that moto demands, updated, read back whole.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html
"""

from __future__ import annotations

import time
from typing import Any

from moto.backends import get_backend

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime

# What a project that does not say has, as the API reference gives it.
_DEFAULTS: Params = {
    "timeoutInMinutes": 60,
    "queuedTimeoutInMinutes": 480,
    "cache": {"type": "NO_CACHE"},
    "badge": {"badgeEnabled": False},
    "projectVisibility": "PRIVATE",
    "secondarySources": [],
    "secondarySourceVersions": [],
    "secondaryArtifacts": [],
    "tags": [],
}
_ENVIRONMENT: Params = {
    "environmentVariables": [],
    "privilegedMode": False,
    "imagePullCredentialsType": "CODEBUILD",
}
_NOT_STORED = ("name", "badgeEnabled")


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Fix CreateProject and DeleteProject, answer UpdateProject."""
    hooks.before("codebuild", "CreateProject", _with_locations)
    hooks.after("codebuild", "CreateProject", _complete)
    hooks.handle("codebuild", "UpdateProject", _update)
    hooks.before("codebuild", "DeleteProject", _by_name)


def _with_locations(call: Call) -> Call:
    params = call.params
    for part in ("source", "artifacts"):
        if params[part]["type"] in ("CODEPIPELINE", "NO_SOURCE"):
            params[part] = {"location": "-", **params[part]}
    return call.with_params(params)


def _complete(call: Call, reply: Params) -> Params:  # noqa: ARG001
    stored = _projects(call)[call.params["name"]].project_metadata
    encryption_key = call.arn("kms", "alias/aws/s3")
    stored.update({**_DEFAULTS, "encryptionKey": encryption_key, **_given(call.params)})
    stored["created"] = stored["lastModified"] = round(time.time(), 3)
    return {"project": stored}


def _by_name(call: Call) -> Call:
    """The Terraform provider deletes a project by its ARN."""
    return call.with_params({"name": _name(call)})


def _update(call: Call) -> Params:
    name = _name(call)
    if name not in _projects(call):
        arn = call.arn("codebuild", f"project/{name}")
        raise ServiceError("ResourceNotFoundException", f"Project cannot be found: {arn}")
    stored: Params = _projects(call)[name].project_metadata
    stored.update(_given(call.params), lastModified=round(time.time(), 3))
    for part in [key for key, value in stored.items() if key == "vpcConfig" and not value]:
        del stored[part]
    return {"project": stored}


def _given(params: Params) -> Params:
    """The parameters as a description of the project repeats them."""
    given = {key: value for key, value in params.items() if key not in _NOT_STORED and value is not None}
    if "environment" in given:
        given["environment"] = {**_ENVIRONMENT, **_typed(given["environment"])}
    if "badgeEnabled" in params:
        given["badge"] = {"badgeEnabled": params["badgeEnabled"]}
    return given


def _name(call: Call) -> str:
    return str(call.params["name"]).removeprefix(call.arn("codebuild", "project/"))


def _typed(environment: Params) -> Params:
    variables = [{"type": "PLAINTEXT", **each} for each in environment.get("environmentVariables", [])]
    return {**environment, "environmentVariables": variables}


def _projects(call: Call) -> dict[str, Any]:
    return get_backend("codebuild")[call.account_id][call.region].codebuild_projects
