"""Structures that were never given: moto describes them as ``{}`` or ``[]``, AWS leaves them out.

The SageMaker SDK's models refuse ``VpcConfig: {}``, whose members are required:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VpcConfig.html
"""

from __future__ import annotations

from typing import Any

from local_aws.hooks import Hooks
from local_aws.runtime import Runtime

_OPERATIONS = (
    "DescribeEndpoint",
    "DescribeEndpointConfig",
    "DescribeHyperParameterTuningJob",
    "DescribeModel",
    "DescribeModelPackage",
    "DescribeProcessingJob",
    "DescribeTrainingJob",
    "DescribeTransformJob",
)


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Leave them out of every description."""
    for operation in _OPERATIONS:
        hooks.after("sagemaker", operation, lambda _, reply: _filled(reply))


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        filled = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item not in ({}, [], None)}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    return value
