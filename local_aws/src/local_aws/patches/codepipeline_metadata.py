"""What GetPipeline tells: times as numbers, and no secret.

moto writes times as text, on which the Terraform provider fails, and an OAuth token in clear:
https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipeline.html
https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html
"""

from __future__ import annotations

from datetime import datetime

from local_aws.hooks import Call, Hooks, Params
from local_aws.runtime import Runtime

_MASK = "****"


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Fix every reply that describes a pipeline."""
    hooks.after("codepipeline", "GetPipeline", _get)
    hooks.after("codepipeline", "ListPipelines", _list)
    for operation in ("CreatePipeline", "UpdatePipeline"):
        hooks.after(
            "codepipeline", operation, lambda _, reply: {**reply, "pipeline": _masked(reply["pipeline"])}
        )


def _get(_: Call, reply: Params) -> Params:
    return {"pipeline": _masked(reply["pipeline"]), "metadata": _timed(reply["metadata"])}


def _list(_: Call, reply: Params) -> Params:
    return {**reply, "pipelines": [_timed(pipeline) for pipeline in reply["pipelines"]]}


def _timed(described: Params) -> Params:
    times = {
        key: datetime.fromisoformat(described[key]).timestamp()
        for key in ("created", "updated")
        if isinstance(described.get(key), str)
    }
    return {**described, **times}


def _masked(pipeline: Params) -> Params:
    for stage in pipeline["stages"]:
        for action in stage["actions"]:
            if "OAuthToken" in action.get("configuration", {}):
                action["configuration"]["OAuthToken"] = _MASK
    return pipeline
