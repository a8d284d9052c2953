"""Replies without the empty objects that moto adds and AWS leaves out.

The SageMaker SDK and Terraform take ``VpcConfig: {}`` for a configuration.
"""

from __future__ import annotations

from typing import Any

from local_aws.hooks import Call, Hooks, Params
from local_aws.runtime import Runtime

_OPERATIONS = (
    "DescribeTrainingJob",
    "DescribeHyperParameterTuningJob",
    "DescribeModel",
    "DescribeEndpointConfig",
    "DescribeEndpoint",
)
# A reply has these even when they are empty.
_KEPT = frozenset({"HyperParameters", "Environment"})


def register(hooks: Hooks, _: Runtime) -> None:
    """Follow up every Describe operation of the engines."""
    for operation in _OPERATIONS:
        hooks.after("sagemaker", operation, _without_empty_objects)


def _without_empty_objects(_: Call, reply: Params) -> Params:
    return dict(_pruned(reply))


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _pruned(item)
            for name, item in value.items()
            if item is not None and (name in _KEPT or (item != {} and item != []))
        }
    return [_pruned(item) for item in value] if isinstance(value, list) else value
