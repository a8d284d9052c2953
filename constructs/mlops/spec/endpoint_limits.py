"""Choices for an endpoint that AWS refuses, each with the reason, found before anything is created."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.spec.endpoint import Endpoint
from mlops.spec.instance_types import has_instance_store
from mlops.spec.problems import Problem
from mlops.spec.variant_limits import of_variants

#: An update may last so long, within the hour that the AWS provider waits for an endpoint.
#: https://github.com/hashicorp/terraform-provider-aws/issues/39040
UPDATE_SECONDS = 3000
# What is left of it to start the new fleet.
_MAX_WAITING = 2400
_SOURCE = "example.toml"
_BURSTABLE = re.compile(r"^ml\.t\d")
# https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
_NOT_SERVERLESS = {
    "instance_type": "a serverless endpoint has no instances of its own",
    "instance_count": "a serverless endpoint has no instances of its own",
    "data_capture_percent": "a serverless endpoint captures no requests",
    "kms_key_arn": "a serverless endpoint has no volume of its own",
    "rollout": "only endpoints with instances shift traffic in steps",
    "scaling": "a serverless endpoint scales by itself, up to max_concurrency",
    "asynchronous": "an endpoint is serverless or asynchronous",
    "vpc": "a serverless endpoint cannot be in a VPC",
    "variants": "a serverless endpoint has one variant",
}


def validate_endpoint(environment: str, endpoint: Endpoint, region: str) -> Iterator[Problem]:
    """Everything that AWS would refuse of an endpoint in ``region``."""

    def problem(field: str, given: object, allowed: str, remedy: str) -> Problem:
        return Problem(_SOURCE, f"endpoint.{environment}.{field}", str(given), allowed, remedy)

    checks = (_of_serverless, _of_kind, _of_key, _of_rollout, _of_scaling, of_variants)
    for check in checks:
        for field, given, allowed, remedy in check(endpoint):
            yield problem(field, given, allowed, remedy)
    key = endpoint.kms_key_arn
    if key and key.split(":")[3] != region:
        allowed = f"a key in {region}: a volume is encrypted in its own region"
        yield problem("kms_key_arn", repr(key), allowed, "Name a key of the endpoint's region.")


_Found = Iterator[tuple[str, object, str, str]]


def _of_serverless(endpoint: Endpoint) -> _Found:
    serverless = endpoint.serverless
    if serverless is None:
        return
    for field, reason in _NOT_SERVERLESS.items():
        value = getattr(endpoint, field)
        if field in endpoint.model_fields_set and value:
            given = value if isinstance(value, (str, int)) else "a table"
            yield field, given, f"nothing: {reason}", f"Remove {field}, or serverless."
    provisioned = serverless.provisioned_concurrency
    if provisioned and provisioned > serverless.max_concurrency:
        allowed = f"at most max_concurrency, {serverless.max_concurrency}"
        yield "serverless.provisioned_concurrency", provisioned, allowed, "Lower it, or raise the other."


def _of_kind(endpoint: Endpoint) -> _Found:
    if not endpoint.fleets and endpoint.serverless is None:
        allowed = "an instance type such as ml.m5.large"
        yield "instance_type", "nothing", allowed, "Add instance_type, or the table serverless."
    if endpoint.asynchronous and endpoint.captured_percent:
        allowed = "0: the inputs and answers of an asynchronous endpoint are in S3 anyway"
        yield "data_capture_percent", endpoint.captured_percent, allowed, "Remove it."


def _of_key(endpoint: Endpoint) -> _Found:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html (KmsKeyId)."""
    kinds = [fleet.instance_type for fleet in endpoint.fleets if has_instance_store(fleet.instance_type)]
    if endpoint.kms_key_arn and kinds:
        allowed = f"nothing: the disks of {kinds[0]} are encrypted by their hardware, and AWS takes no key"
        yield "kms_key_arn", repr(endpoint.kms_key_arn), allowed, "Remove it, or take another type."


def _of_rollout(endpoint: Endpoint) -> _Found:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html."""
    rollout, percent = endpoint.rollout, endpoint.rollout.percent
    field, given = "rollout.percent", "nothing" if percent is None else percent
    if rollout.shift == "all-at-once":
        if percent is not None:
            yield field, given, "nothing with all-at-once", "Remove it, or choose canary or linear."
        return
    lowest = 10 if rollout.shift == "linear" else 1
    if percent is None or not lowest <= percent <= 50:
        yield field, given, f"{lowest} to 50 with {rollout.shift}", "Choose a share of the new fleet."
    elif rollout.steps * rollout.wait_seconds > _MAX_WAITING:
        given = f"{rollout.steps} steps of {rollout.wait_seconds} s"
        allowed = f"at most {_MAX_WAITING} s in all, since an update ends within the hour"
        yield "rollout.wait_seconds", given, allowed, "Wait shorter, or take larger steps."
    for fleet in endpoint.fleets:
        if fleet.instance_count < 2:
            place = f"variants.{fleet.name}.instance_count" if endpoint.variants else "instance_count"
            allowed = f"at least 2 with {rollout.shift}: half of the fleet is the largest step"
            yield place, fleet.instance_count, allowed, "Add an instance."
    if any(fleet.instance_type.startswith("ml.inf1.") for fleet in endpoint.fleets):
        allowed = "all-at-once: AWS does not shift the traffic of Inf1 instances in steps"
        yield "rollout.shift", rollout.shift, allowed, "Take another instance type."


def _of_scaling(endpoint: Endpoint) -> _Found:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html."""
    scaling = endpoint.scaling
    if scaling is None:
        return
    if endpoint.instance_type and _BURSTABLE.match(endpoint.instance_type):
        allowed = "a type that does not burst: AWS does not scale T instances"
        yield "instance_type", repr(endpoint.instance_type), allowed, "Take ml.m5.large or another."
    if endpoint.instance_type and not (
        max(scaling.min_instances, 1) <= endpoint.instance_count <= scaling.max_instances
    ):
        allowed = "between min_instances and max_instances of scaling"
        yield "instance_count", endpoint.instance_count, allowed, "Start with a number that scaling allows."
    for field, limits in scaling.limits.items():
        if limits.min_instances > limits.max_instances:
            allowed = f"at most max_instances, {limits.max_instances}"
            yield f"{field}.min_instances", limits.min_instances, allowed, "Lower it, or raise the other."
        if limits.min_instances == 0 and not endpoint.asynchronous:
            allowed = "at least 1: only an asynchronous endpoint can do without any instance"
            yield f"{field}.min_instances", 0, allowed, "Raise it."
    names = [schedule.name for schedule in scaling.schedule]
    if len(set(names)) < len(names):
        yield "scaling.schedule", ", ".join(names), "each name once", "Rename a schedule."
