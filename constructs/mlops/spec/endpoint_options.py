"""What may be chosen of an endpoint, in ``[endpoint.qa]`` and ``[endpoint.prod]``: docs/endpoints.md."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops.spec.instance_types import MlInstance

#: What an endpoint's only variant is called.
ONLY_VARIANT = "AllTraffic"
SubnetId = Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$")]
SecurityGroupId = Annotated[str, Field(pattern=r"^sg-[0-9a-f]{8,17}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rollout(_Strict):
    """How an update's traffic goes from the old fleet to the new one; ``percent`` is of the new fleet.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
    """

    shift: Literal["all-at-once", "canary", "linear"] = "all-at-once"
    percent: int | None = Field(
        default=None, description="the canary's size, up to 50, or the size of a linear step, 10 to 50"
    )
    wait_seconds: int = Field(default=300, ge=0, le=3600)

    @property
    def steps(self) -> int:
        """How many times the alarms are watched for ``wait_seconds``."""
        if self.shift == "linear":
            return math.ceil(100 / (self.percent or 100))
        return 2 if self.shift == "canary" else 1


class Limits(_Strict):
    """Between which numbers of instances an endpoint scales."""

    min_instances: int = Field(ge=0, le=1000)
    max_instances: int = Field(ge=0, le=1000)


class Schedule(Limits):
    """From each moment of ``cron`` on, these are the limits of scaling, until another schedule's moment.

    https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$", description="1 to 31 characters of a-z, 0-9 and -")
    cron: str = Field(
        pattern=r"^\S+( \S+){5}$",
        description="six fields: minutes, hours, day of month, month, day of week, year, such as "
        "0 20 ? * MON-FRI *",
    )
    time_zone: str = Field(
        default="UTC", pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", description="such as Europe/Berlin"
    )


class Scaling(Limits):
    """The limits until a schedule changes them, and what scaling aims at.

    ``target`` is invocations per minute and instance; of an asynchronous endpoint, requests that wait per
    instance. https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
    """

    target: float = Field(gt=0)
    scale_in_seconds: int = Field(default=300, ge=0, le=86_400)
    scale_out_seconds: int = Field(default=60, ge=0, le=86_400)
    schedule: tuple[Schedule, ...] = ()

    @property
    def limits(self) -> dict[str, Limits]:
        """All limits that hold at some hour, by their place in the settings."""
        return {"scaling": self, **{f"scaling.schedule.{each.name}": each for each in self.schedule}}


class Serverless(_Strict):
    """No instances of one's own.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html
    """

    memory_mb: Literal[1024, 2048, 3072, 4096, 5120, 6144]
    max_concurrency: int = Field(ge=1, le=200)
    provisioned_concurrency: int | None = Field(default=None, ge=1, le=200)


class Asynchronous(_Strict):
    """Requests wait in a queue; inputs and answers are objects in S3.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AsyncInferenceConfig.html
    """

    max_concurrent_per_instance: int | None = Field(default=None, ge=1, le=1000)


class Variant(_Strict):
    """One of several fleets behind an endpoint, which gets ``weight`` of the sum of all weights.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-ab-testing.html
    """

    name: str = Field(pattern=r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,30}$", description="1 to 31 letters and digits")
    instance_type: MlInstance
    instance_count: int = Field(default=1, ge=1, le=100)
    weight: float = Field(default=1, ge=0, allow_inf_nan=False)


class Vpc(_Strict):
    """The network that the containers are in; the user's own, and in the endpoint's account and region.

    https://docs.aws.amazon.com/sagemaker/latest/dg/host-vpc.html
    """

    subnet_ids: tuple[SubnetId, ...] = Field(
        min_length=2, max_length=16, description="2 to 16 subnets, in at least two availability zones"
    )
    security_group_ids: tuple[SecurityGroupId, ...] = Field(
        min_length=1, max_length=5, description="1 to 5 security groups"
    )
