"""SageMaker's quotas on instances, which moto lacks; it has a few of VPC's only.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from botocore.session import Session

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime

# One process an instance: a laptop has no more to lend. AWS gives a new account 0 of many types.
_LENT = 8.0
_PAGE = 100
_USAGES = {"TrainingInstanceType": "training job usage", "ProductionVariantInstanceType": "endpoint usage"}


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Answer for SageMaker."""
    hooks.handle("servicequotas", "ListServiceQuotas", _page)


def _page(call: Call) -> Params:
    service = call.params["ServiceCode"]
    if service != "sagemaker":
        raise ServiceError(
            "NoSuchResourceException", f"The local AWS has quotas of sagemaker; given {service}"
        )
    start, size = int(call.params.get("NextToken", 0)), int(call.params.get("MaxResults", _PAGE))
    names = _names()
    page: Params = {"Quotas": [_quota(call, name) for name in names[start : start + size]]}
    if start + size < len(names):
        page["NextToken"] = str(start + size)
    return page


@cache
def _names() -> list[str]:
    """A quota for each instance type that SageMaker's API knows and each thing it is used for."""
    model = Session().get_service_model("sagemaker")
    shapes = {usage: model.shape_for(shape) for shape, usage in _USAGES.items()}
    return [f"{instance} for {usage}" for usage, shape in shapes.items() for instance in shape.enum]


def _quota(call: Call, name: str) -> dict[str, Any]:
    code = f"L-{hashlib.sha256(name.encode()).hexdigest()[:8].upper()}"
    return {
        "ServiceCode": "sagemaker",
        "ServiceName": "Amazon SageMaker",
        "QuotaArn": call.arn("servicequotas", f"sagemaker/{code}"),
        "QuotaCode": code,
        "QuotaName": name,
        "Value": _LENT,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }
