"""How an endpoint is asked: what ``gate.toml`` has under ``[invocation]``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Invocation(BaseModel):
    """How the endpoint is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows_per_request: int = Field(default=500, ge=1, description="at least 1 row")
    connections: int = Field(default=4, ge=1, le=64, description="1 to 64 connections")
    timeout_seconds: float = Field(default=60, gt=0, le=60, description="up to the 60 s SageMaker allows")
    asynchronous_seconds: int = Field(
        default=900, ge=1, le=3600, description="1 to 3600 s, the wait for an instance included"
    )
    attempts: int = Field(default=4, ge=1, le=10, description="1 to 10 attempts for each request")
