"""moto's SageMaker objects, which hold what Describe and List answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend

from local_aws.hooks import Call


def backend(call: Call) -> Any:
    """moto's SageMaker of the call's account and region."""
    return get_backend("sagemaker")[call.account_id][call.region]


def now() -> datetime:
    """The present moment as moto keeps it: UTC without a time zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def set_from(target: Any, params: dict[str, Any], names: dict[str, str]) -> None:
    """Keep parameters that moto drops: ``names`` maps an API parameter to moto's attribute.

    moto answers Describe from its objects' attributes, so that they appear there.
    """
    for parameter, attribute in names.items():
        if parameter in params:
            setattr(target, attribute, params[parameter])
