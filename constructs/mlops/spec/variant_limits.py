"""Choices for several variants that AWS refuses, or that could not be judged, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.spec.endpoint import Endpoint

# Two alarms watch each variant, and an update is rolled back by ten at most.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AutoRollbackConfig.html
_MOST = 5
_NOT_WITH = {
    "instance_type": "each variant has its own",
    "instance_count": "each variant has its own",
    "scaling": "each variant would need limits of its own; compare fleets that stay as they are",
    "asynchronous": "InvokeEndpointAsync cannot choose a variant, so the gate could not judge each",
}


def of_variants(endpoint: Endpoint) -> Iterator[tuple[str, object, str, str]]:
    """Field, value given, what is allowed and the remedy, for everything that is wrong.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html
    """
    variants = endpoint.variants
    if not variants:
        return
    if not 2 <= len(variants) <= _MOST:
        allowed = f"2 to {_MOST}: one fleet is instance_type, and two alarms of ten watch each variant"
        yield "variants", len(variants), allowed, "Add a variant, or take some away."
    for field, reason in _NOT_WITH.items():
        if field in endpoint.model_fields_set:
            value = getattr(endpoint, field)
            given = value if isinstance(value, (str, int)) else "a table"
            yield field, given, f"nothing with variants: {reason}", f"Remove {field}, or variants."
    names = [variant.name.lower() for variant in variants]
    if len(set(names)) < len(names):
        given = ", ".join(variant.name for variant in variants)
        yield "variants", given, "each name once, whatever its case", "Rename a variant."
    if not any(variant.weight for variant in variants):
        yield "variants", "no weight above 0", "a weight above 0 for one at least", "Raise a weight."
