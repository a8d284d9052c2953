"""The settings of one environment's endpoint, as ``example.toml`` has them."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict, Field

from mlops.spec.endpoint_options import (
    ONLY_VARIANT,
    Asynchronous,
    Rollout,
    Scaling,
    Serverless,
    Variant,
    Vpc,
)
from mlops.spec.instance_types import MlInstance
from mlops.spec.release import ModelArtifact


class Endpoint(BaseModel):
    """One environment's endpoint; its tables are options that are off where they are left out.

    ``kms_key_arn`` encrypts the instances' volumes in place of the model bucket's key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance_type: MlInstance | None = None
    instance_count: int = Field(default=1, ge=1, le=100)
    data_capture_percent: int = Field(default=100, ge=0, le=100)
    kms_key_arn: str | None = Field(
        default=None,
        pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+$",
        description="the ARN of a KMS key, not of an alias",
    )
    rollout: Rollout = Rollout()
    scaling: Scaling | None = None
    serverless: Serverless | None = None
    asynchronous: Asynchronous | None = None
    vpc: Vpc | None = None
    variants: tuple[Variant, ...] = ()

    @property
    def fleets(self) -> tuple[Variant, ...]:
        """Its variants, or the only one that its instances are; none of a serverless endpoint."""
        if self.variants or self.instance_type is None:
            return self.variants
        only = Variant(
            name=ONLY_VARIANT, instance_type=self.instance_type, instance_count=self.instance_count
        )
        return (only,)

    @property
    def captured_percent(self) -> int:
        """How many of a hundred requests are captured: by default none where AWS captures none."""
        chosen = "data_capture_percent" in self.model_fields_set
        return self.data_capture_percent if chosen or not (self.serverless or self.asynchronous) else 0

    @property
    def invocation(self) -> str:
        """The operation of SageMaker's runtime that asks it."""
        return "InvokeEndpointAsync" if self.asynchronous else "InvokeEndpoint"

    def model_hash(self, artifact: ModelArtifact) -> str:
        """SHA-256 in hex of all that a SageMaker model holds: its name changes with each part of it."""
        if not (self.vpc or self.serverless):
            return artifact.content_hash
        network = self.vpc.model_dump_json() if self.vpc else "serverless"
        return hashlib.sha256(f"{artifact.content_hash} {network}".encode()).hexdigest()
