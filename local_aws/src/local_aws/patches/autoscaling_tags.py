"""Tags of scalable targets, which moto lacks.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html
"""

from __future__ import annotations

from local_aws.hooks import Call, Hooks, Params
from local_aws.runtime import Runtime

_SERVICE = "application-autoscaling"


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Keep tags by the target's ARN."""
    tags: dict[str, dict[str, str]] = {}

    def created(call: Call, reply: Params) -> Params:
        if "Tags" in call.params:
            tags.setdefault(reply["ScalableTargetARN"], {}).update(call.params["Tags"])
        return reply

    def tag(call: Call) -> Params:
        tags.setdefault(call.params["ResourceARN"], {}).update(call.params["Tags"])
        return {}

    def untag(call: Call) -> Params:
        for key in call.params["TagKeys"]:
            tags.get(call.params["ResourceARN"], {}).pop(key, None)
        return {}

    hooks.after(_SERVICE, "RegisterScalableTarget", created)
    hooks.handle(_SERVICE, "TagResource", tag)
    hooks.handle(_SERVICE, "UntagResource", untag)
    hooks.handle(
        _SERVICE, "ListTagsForResource", lambda call: {"Tags": tags.get(call.params["ResourceARN"], {})}
    )
